"""Columns that several sheets share: where a row comes from, and where something is."""

from __future__ import annotations

from .layout import Column


def source_columns() -> tuple[Column, ...]:
    """Columns that say where a row comes from; every sheet may carry them."""
    return (
        Column(
            field="source",
            heading="Sumber",
            note="Dari mana angka ini: laporan, nama petugas, surat.",
            synonyms=("Sumber data", "Asal data", "Source"),
            tags=("#meta+source",),
            width=26,
        ),
        Column(
            field="as_of",
            heading="Tanggal",
            note="Tanggal angka ini benar, misalnya 2018-08-11.",
            synonyms=("Tanggal data", "Per tanggal", "Tgl", "As of"),
            tags=("#date", "#date+reported"),
            width=12,
        ),
        Column(
            field="confidence",
            heading="Keyakinan",
            note="reported, derived, assumed, synthetic atau user.",
            synonyms=("Tingkat keyakinan", "Confidence"),
            in_template=False,
            width=12,
        ),
    )


def place_columns(*, example: str) -> tuple[Column, ...]:
    """Columns that say where something is; one of them is enough."""
    return (
        Column(
            field="place",
            heading="Tempat",
            note='Kode Kemendagri (52.08.02), nama ("Kec. Gangga", "Desa Gondang, Kec. Gangga"), pelabuhan ("Pelabuhan Bangsal") '
            'atau "lintang, bujur" (-8.35, 116.16).',
            synonyms=("Lokasi", "Alamat", "Wilayah", "Place", "Location"),
            tags=("#loc", "#adm4+code", "#adm3+code"),
            example=example,
            width=30,
        ),
        Column(field="lat", heading="Lintang", synonyms=("Lat", "Latitude", "LS"), tags=("#geo+lat",), in_template=False),
        Column(field="lon", heading="Bujur", synonyms=("Lon", "Long", "Longitude", "BT"), tags=("#geo+lon",), in_template=False),
        Column(
            field="desa",
            heading="Desa",
            synonyms=("Kelurahan", "Desa/Kelurahan", "Nama desa"),
            tags=("#adm4+name", "#adm4"),
            in_template=False,
        ),
        Column(field="kecamatan", heading="Kecamatan", synonyms=("Kec",), tags=("#adm3+name", "#adm3"), in_template=False),
        Column(
            field="kabupaten",
            heading="Kabupaten",
            synonyms=("Kab", "Kab/Kota", "Kabupaten/Kota"),
            tags=("#adm2+name", "#adm2"),
            in_template=False,
        ),
        Column(
            field="code",
            heading="Kode wilayah",
            synonyms=("Kode", "Kode desa", "Kode kecamatan", "Kode Kemendagri", "Kode BPS"),
            tags=("#adm+code",),
            in_template=False,
        ),
        Column(field="node", heading="Simpul jalan", synonyms=("Node",), in_template=False, width=22),
    )
