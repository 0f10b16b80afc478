"""The sheets and columns of a needs workbook, in Indonesian: the one place where a heading is spelt."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from .columns import place_columns, source_columns
from .layout import Column, Sheet

_START_EXAMPLE: Final = datetime(2018, 8, 12, 6)  # noqa: DTZ001 - a cell's clock is WITA and carries no offset
_PER: Final = ("orang/hari", "orang", "KK")


SETTINGS: Final = Sheet(
    name="Operasi",
    about="Nama, waktu mulai dan jangka waktu rencana. Isi kolom 'Isi'.",
    synonyms=("Pengaturan", "Umum", "Operation"),
    columns=(
        Column(
            field="key", heading="Hal", is_required=True, synonyms=("Keterangan isian", "Key"), example="CONTOH: Mulai (WITA)", width=30
        ),
        Column(field="value", heading="Isi", is_required=True, synonyms=("Nilai", "Value"), example=_START_EXAMPLE, width=36),
        Column(field="about", heading="Keterangan", width=70),
    ),
)

POSKO: Final = Sheet(
    name="Posko",
    about="Satu baris untuk setiap posko yang menerima bantuan. Jiwa atau KK boleh salah satu.",
    synonyms=("Daftar posko", "Posko/Kebutuhan", "Data posko", "Pos"),
    columns=(
        Column(field="id", heading="ID", note="Boleh kosong: nama dipakai sebagai ID.", synonyms=("Kode posko", "ID posko"), width=14),
        Column(
            field="name",
            heading="Nama",
            note="Nama posko, seperti dicetak pada surat jalan.",
            synonyms=("Nama posko", "Posko", "Nama lokasi"),
            tags=("#loc+name",),
            is_required=True,
            example="CONTOH: Posko Kantor Desa Gondang",
            width=34,
        ),
        *place_columns(example="Desa Gondang, Kec. Gangga"),
        Column(
            field="people",
            heading="Jiwa",
            note="Jumlah orang. Bila kosong, dihitung dari KK dengan jiwa per KK kabupatennya.",
            synonyms=("Jumlah jiwa", "Orang", "Penduduk", "Pengungsi", "Jumlah pengungsi"),
            tags=("#affected+idps", "#affected+ind", "#affected", "#population"),
            example=1250,
            width=10,
        ),
        Column(
            field="households",
            heading="KK",
            note="Jumlah kepala keluarga. Bila kosong, dihitung dari jiwa.",
            synonyms=("Jumlah KK", "Kepala keluarga", "Rumah tangga", "Keluarga"),
            tags=("#affected+hh",),
            example=340,
            width=10,
        ),
        *source_columns(),
    ),
)

NEEDS: Final = Sheet(
    name="Kebutuhan",
    about="Boleh kosong. Barang yang diminta khusus; selebihnya dihitung dari jiwa dan KK dengan 'Standar kebutuhan'.",
    synonyms=("Kebutuhan posko", "Permintaan", "Needs"),
    columns=(
        Column(
            field="posko",
            heading="Posko",
            note="ID atau nama dari lembar Posko.",
            synonyms=("Nama posko", "ID posko"),
            tags=("#loc+name",),
            is_required=True,
            example="CONTOH: Posko Kantor Desa Gondang",
            choices_from=("Posko", "name"),
            width=34,
        ),
        Column(
            field="item",
            heading="Barang",
            note="Nama atau ID dari lembar Barang.",
            synonyms=("Nama barang", "Jenis barang", "Item"),
            tags=("#item+name",),
            is_required=True,
            example="Terpal 4x6 m",
            choices_from=("Barang", "name"),
            width=24,
        ),
        Column(
            field="quantity",
            heading="Jumlah",
            note="Dalam satuan barang. 0 berarti tidak perlu dikirim.",
            synonyms=("Kuantitas", "Banyaknya", "Qty"),
            tags=("#item+num",),
            is_required=True,
            example=150,
            width=10,
        ),
        Column(
            field="level",
            heading="Prioritas",
            note="1 paling mendesak. Bila kosong, prioritas dari lembar Barang.",
            synonyms=("Tingkat",),
            example=1,
            width=10,
        ),
        *source_columns(),
    ),
)

SITES: Final = Sheet(
    name="Gudang",
    about="Boleh tidak ada. Gudang, pangkalan dan pelabuhan, bila ingin didaftar tersendiri.",
    synonyms=("Daftar gudang", "Pangkalan", "Sites"),
    in_template=False,
    columns=(
        Column(field="id", heading="ID", synonyms=("Kode gudang", "ID gudang"), example="CONTOH: GDG-KLU", width=18),
        Column(field="name", heading="Nama", synonyms=("Nama gudang", "Gudang"), is_required=True, example="Gudang BPBD KLU", width=34),
        *place_columns(example="Kec. Tanjung"),
        *source_columns(),
    ),
)

STOCK: Final = Sheet(
    name="Stok",
    about="Satu baris untuk setiap barang di setiap gudang. Tempat cukup ditulis pada baris pertama gudang itu.",
    synonyms=("Stok gudang", "Persediaan", "Stock"),
    columns=(
        Column(
            field="site",
            heading="Gudang",
            note="Nama gudang; juga menjadi nama pangkalan kendaraan.",
            synonyms=("Nama gudang", "Lokasi gudang", "Warehouse"),
            is_required=True,
            example="CONTOH: Gudang BPBD KLU",
            width=32,
        ),
        Column(
            field="owner",
            heading="Pemilik",
            note="Siapa yang harus melepas barang ini: BPBD, Dinsos, Bulog, PMI ...",
            synonyms=("Milik", "Instansi", "Owner"),
            example="BPBD",
            width=14,
        ),
        *place_columns(example="Kec. Tanjung"),
        Column(
            field="item",
            heading="Barang",
            note="Nama atau ID dari lembar Barang.",
            synonyms=("Nama barang", "Jenis barang", "Item"),
            tags=("#item+name",),
            is_required=True,
            example="Beras",
            choices_from=("Barang", "name"),
            width=24,
        ),
        Column(
            field="quantity",
            heading="Jumlah",
            note="Dalam satuan barang, yang boleh dibagikan.",
            synonyms=("Kuantitas", "Stok", "Banyaknya", "Qty"),
            tags=("#item+num",),
            is_required=True,
            example=12500,
            width=12,
        ),
        *source_columns(),
    ),
)

FLEET: Final = Sheet(
    name="Armada",
    about="Kendaraan dan perahu. Satu baris untuk satu kendaraan, atau untuk beberapa yang sama (kolom Jumlah).",
    synonyms=("Kendaraan", "Daftar kendaraan", "Fleet"),
    columns=(
        Column(
            field="vehicle",
            heading="Kendaraan",
            note="Nomor polisi atau nama. Bila Jumlah lebih dari 1, diberi nomor urut: 'Truk-1', 'Truk-2'.",
            synonyms=("No polisi", "Nomor polisi", "Nopol", "Nama kendaraan", "Plat"),
            is_required=True,
            example="CONTOH: DR 8123 KL",
            width=24,
        ),
        Column(
            field="type",
            heading="Jenis",
            note="Nama atau ID dari lembar Jenis kendaraan.",
            synonyms=("Jenis kendaraan", "Tipe", "Type"),
            is_required=True,
            example="Truk ringan",
            choices_from=("Jenis kendaraan", "name"),
            width=18,
        ),
        Column(field="count", heading="Jumlah", note="Kosong berarti 1.", synonyms=("Unit", "Banyaknya"), example=1, width=10),
        Column(
            field="base",
            heading="Pangkalan",
            note="Gudang, pelabuhan atau tempat; di sana kendaraan mulai dan selesai.",
            synonyms=("Lokasi", "Posisi", "Tempat", "Base"),
            is_required=True,
            example="Gudang BPBD KLU",
            width=32,
        ),
        Column(
            field="available",
            heading="Siap pukul",
            note="07.30; '06.00 (+1)' untuk hari berikutnya; kosong berarti sejak awal operasi.",
            synonyms=("Siap", "Jam siap", "Mulai pukul"),
            example="07.30",
            width=18,
        ),
    ),
)

FLEET_TYPES: Final = Sheet(
    name="Jenis kendaraan",
    about="Nilai bawaan DIASUMSIKAN; ganti dengan yang diketahui. Kosong berarti memakai nilai bawaan.",
    synonyms=("Tipe kendaraan", "Vehicle types"),
    columns=(
        Column(field="id", heading="ID", is_required=True, example="CONTOH: truk_engkel", width=22),
        Column(field="name", heading="Nama", is_required=True, synonyms=("Nama jenis", "Jenis"), example="Truk engkel", width=20),
        Column(
            field="profile",
            heading="Profil jalan",
            note="heavy_truck, light_truck, 4wd, motorbike atau boat: jalan yang boleh dilalui dan kecepatannya.",
            synonyms=("Profil", "Profile"),
            is_required=True,
            example="light_truck",
            width=14,
        ),
        Column(field="capacity_kg", heading="Muatan kg", synonyms=("Kapasitas kg",), is_required=True, example=2000, width=12),
        Column(field="capacity_l", heading="Muatan liter", synonyms=("Kapasitas liter", "Volume liter"), is_required=True, example=8000),
        Column(field="fixed_idr", heading="Biaya tetap Rp", synonyms=("Biaya tetap",), example=200000),
        Column(field="cost_idr_per_km", heading="Rp per km", synonyms=("Biaya per km",), example=3000, width=12),
        Column(field="cost_idr_per_h", heading="Rp per jam", synonyms=("Biaya per jam",), example=30000, width=12),
        Column(field="loading", heading="Muat (menit)", note="Lama memuat di gudang, setiap rit.", synonyms=("Waktu muat",), example=25),
        Column(field="unloading", heading="Bongkar (menit per ton)", synonyms=("Waktu bongkar",), example=12, width=22),
        Column(field="shift", heading="Jam kerja", note="Paling lama jauh dari pangkalan, jam.", synonyms=("Shift",), example=12, width=11),
        *source_columns(),
    ),
)

CLOSURES: Final = Sheet(
    name="Jalan ditutup",
    about="Boleh kosong. Jalan yang putus atau lambat, di antara dua tempat.",
    synonyms=("Jalan putus", "Jalan tertutup", "Penutupan jalan", "Closures"),
    columns=(
        Column(
            field="from",
            heading="Dari",
            note="Tempat, pelabuhan atau simpul jalan.",
            synonyms=("Dari tempat", "From"),
            is_required=True,
            example="CONTOH: Kec. Sembalun",
            width=30,
        ),
        Column(field="to", heading="Ke", synonyms=("Ke tempat", "Sampai", "To"), is_required=True, example="Kec. Aikmel", width=30),
        Column(
            field="state",
            heading="Keadaan",
            note="'ditutup', atau 'lambat 2' bila dua kali lebih lama.",
            synonyms=("Kondisi", "Status"),
            is_required=True,
            example="ditutup",
            choices=("ditutup", "lambat 2", "lambat 3"),
        ),
        Column(field="where", heading="Keterangan", synonyms=("Catatan", "Penyebab"), example="Longsor di tanjakan", width=36),
        *source_columns(),
    ),
)

ITEMS: Final = Sheet(
    name="Barang",
    about="Berat dan volume satu satuan. Boleh diganti dan ditambah. Kosong berarti memakai nilai bawaan.",
    synonyms=("Daftar barang", "Katalog", "Items"),
    columns=(
        Column(field="id", heading="ID", is_required=True, example="CONTOH: popok", width=20),
        Column(field="name", heading="Nama", is_required=True, synonyms=("Nama barang", "Barang"), example="Popok bayi", width=26),
        Column(field="unit", heading="Satuan", is_required=True, synonyms=("Unit",), example="dus", width=10),
        Column(field="mass_kg", heading="Berat kg", is_required=True, synonyms=("Berat", "Kg per satuan"), example=6.5, width=10),
        Column(field="volume_l", heading="Volume liter", is_required=True, synonyms=("Volume", "Liter per satuan"), example=48, width=12),
        Column(
            field="level", heading="Prioritas", note="1 menyelamatkan jiwa, dibagikan lebih dulu.", is_required=True, example=2, width=10
        ),
        *source_columns(),
    ),
)

RATES: Final = Sheet(
    name="Standar kebutuhan",
    about="Berapa yang dibutuhkan setiap orang atau keluarga. Kosong berarti memakai nilai bawaan.",
    synonyms=("Standar", "Standar minimum", "Need rates"),
    columns=(
        Column(
            field="item",
            heading="Barang",
            is_required=True,
            synonyms=("Nama barang", "Item"),
            example="CONTOH: Popok bayi",
            choices_from=("Barang", "name"),
            width=30,
        ),
        Column(field="rate", heading="Jumlah", is_required=True, synonyms=("Standar", "Nilai"), example=0.1, width=10),
        Column(
            field="per",
            heading="Per",
            note="orang/hari: dikali jiwa dan hari; orang: dikali jiwa; KK: dikali keluarga.",
            is_required=True,
            synonyms=("Untuk setiap", "Dasar"),
            example="KK",
            choices=_PER,
            width=12,
        ),
        *source_columns(),
    ),
)

SHEETS: Final = (SETTINGS, POSKO, NEEDS, SITES, STOCK, FLEET, FLEET_TYPES, CLOSURES, ITEMS, RATES)
GUIDE_NAME: Final = "Petunjuk"

PER_WORDS: Final = dict(zip(("person_day", "person", "household"), _PER, strict=True))
"""Base of a need rate, as written in the workbook."""
