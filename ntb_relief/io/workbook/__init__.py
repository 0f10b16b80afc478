"""The planner's workbook: read as it is, every guess noted, every refusal named by sheet and cell.

Rooms, from the file to the operation: `safety` (limits) and `grid` (cells), `layout` and `sheets` (what stands where),
`headings` (which column is which), `numbers` and `cells` (what a cell means), `places`, then one room a subject
(`settings`, `catalogue`, `people`, `stock`, `roads`), `read` which joins them; `template` and `write` go the other way.
"""
