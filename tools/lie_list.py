"""What a forger has at hand: desirable products and the texts that he would copy, written by hand for tools/lies.py.

Nothing here comes from the program's tables, and nothing of the program is imported: the liar must not know what the
checks know. Lines marked D are from dumps that people published, as a forger would find them (thamada/gls, telegraf,
500farm/prometheus-nvidiasmi, leptonai/gpud, Azure/azhpc-diagnostics, lampaa/nvidia-smi-rest, linkedin/TonY and others,
listed in shared/cases/more/INDEX.csv). Lines marked M are general knowledge, from memory of NVIDIA's product pages, of
vBIOS collections and of pci.ids; a vBIOS version of an M line is true in its first two numbers at best.

Columns: name as a new driver prints it | device ids that bear the name, the base card's first | die | architecture |
compute capability | cores | bus width in bits | sizes in GB that were sold on the first id | sizes sold under the name
on any id | total in MiB as printed | vBIOS version | GPU part number | board part number | InfoROM image | subsystem |
kind of product | source; each product has two lines. A "-" is "the forger does not know".
"""

from dataclasses import dataclass
from functools import cache

_TABLE = """
NVIDIA GeForce RTX 5090 | 2B85 | GB202 | Blackwell | 12.0 | 21760 | 512 | 32 | 32 | 32607 |
    98.02.2E.40.61 | 2B85-300-A1 | - | G005.0000.98.01 | 1569:F318 | gaming | D
NVIDIA GeForce RTX 5090 D | 2B87 | GB202 | Blackwell | 12.0 | 21760 | 512 | 32 | 32 | 32607 |
    - | 2B87-240-A1 | - | G005.0000.98.01 | 1043:8A2E | gaming | M
NVIDIA GeForce RTX 5080 | 2C02 | GB203 | Blackwell | 12.0 | 10752 | 256 | 16 | 16 | 16303 |
    98.03.3B.00.01 | 2C02-400-A1 | - | G005.0000.98.01 | 1043:8A24 | gaming | M
NVIDIA GeForce RTX 5070 Ti | 2C05 | GB203 | Blackwell | 12.0 | 8960 | 256 | 16 | 16 | 16303 |
    - | 2C05-300-A1 | - | G005.0000.98.01 | 1462:5315 | gaming | M
NVIDIA GeForce RTX 5070 | 2F04 | GB205 | Blackwell | 12.0 | 6144 | 192 | 12 | 12 | 12227 |
    98.05.0A.00.01 | 2F04-300-A1 | - | G005.0000.98.01 | 1458:4173 | gaming | M
NVIDIA GeForce RTX 5060 Ti | 2D04 | GB206 | Blackwell | 12.0 | 4608 | 128 | 8 16 | 8 16 | 16311 |
    98.06.1F.00.01 | 2D04-300-A1 | - | G005.0000.98.01 | 1569:F28A | gaming | M
NVIDIA GeForce RTX 5060 | 2D05 | GB206 | Blackwell | 12.0 | 3840 | 128 | 8 | 8 | 8151 |
    - | 2D05-250-A1 | - | G005.0000.98.01 | 1462:5350 | gaming | M
NVIDIA RTX PRO 6000 Blackwell Workstation Edition | 2BB1 | GB202 | Blackwell | 12.0 | 24064 | 512 | 96 | 96 | 97887 |
    - | 2BB1-870-A1 | 900-5G144-2200-000 | G144.0500.00.02 | 10DE:204B | workstation | M
NVIDIA GeForce RTX 4090 | 2684 | AD102 | Ada Lovelace | 8.9 | 16384 | 384 | 24 | 24 | 24564 |
    95.02.3c.40.32 | 2684-300-A1 | - | G002.0000.00.03 | 1458:40E4 | gaming | D
NVIDIA GeForce RTX 4090 D | 2685 | AD102 | Ada Lovelace | 8.9 | 14592 | 384 | 24 | 24 | 24564 |
    - | 2685-250-A1 | - | G002.0000.00.03 | 1043:8933 | gaming | M
NVIDIA GeForce RTX 4080 SUPER | 2702 | AD103 | Ada Lovelace | 8.9 | 10240 | 256 | 16 | 16 | 16376 |
    95.03.45.00.01 | 2702-400-A1 | - | G002.0000.00.03 | 1462:5111 | gaming | M
NVIDIA GeForce RTX 4080 | 2704 | AD103 | Ada Lovelace | 8.9 | 9728 | 256 | 16 | 16 | 16376 |
    - | 2704-300-A1 | - | G002.0000.00.03 | 1458:40BC | gaming | M
NVIDIA GeForce RTX 4070 Ti SUPER | 2705 | AD103 | Ada Lovelace | 8.9 | 8448 | 256 | 16 | 16 | 16376 |
    - | 2705-275-A1 | - | G002.0000.00.03 | 1043:8939 | gaming | M
NVIDIA GeForce RTX 4070 Ti | 2782 | AD104 | Ada Lovelace | 8.9 | 7680 | 192 | 12 | 12 | 12282 |
    - | 2782-400-A1 | - | G002.0000.00.03 | 1569:F282 | gaming | M
NVIDIA GeForce RTX 4070 SUPER | 2783 | AD104 | Ada Lovelace | 8.9 | 7168 | 192 | 12 | 12 | 12282 |
    - | 2783-350-A1 | - | G002.0000.00.03 | 1458:4138 | gaming | M
NVIDIA GeForce RTX 4070 | 2786 2709 | AD104 | Ada Lovelace | 8.9 | 5888 | 192 | 12 | 12 | 12282 |
    - | 2786-250-A1 | - | G002.0000.00.03 | 1462:5133 | gaming | M
NVIDIA GeForce RTX 4060 Ti | 2803 2805 | AD106 | Ada Lovelace | 8.9 | 4352 | 128 | 8 16 | 8 16 | 16380 |
    95.06.34.00.F3 | 2803-350-A1 | - | G002.0000.00.03 | 1462:5174 | gaming | D
NVIDIA GeForce RTX 4060 | 2882 2808 | AD107 | Ada Lovelace | 8.9 | 3072 | 128 | 8 | 8 | 8188 |
    - | 2882-400-A1 | - | G002.0000.00.03 | 1043:890F | gaming | M
NVIDIA GeForce RTX 4090 Laptop GPU | 2717 2757 | AD103 | Ada Lovelace | 8.9 | 9728 | 256 | 16 | 16 | 16376 |
    - | 2717-750-A1 | - | G002.0000.00.03 | 1043:1443 | laptop | M
NVIDIA GeForce RTX 4080 Laptop GPU | 27A0 27E0 | AD104 | Ada Lovelace | 8.9 | 7424 | 192 | 12 | 12 | 12282 |
    - | 27A0-775-A1 | - | G002.0000.00.03 | 1462:13CF | laptop | M
NVIDIA GeForce RTX 4070 Laptop GPU | 2860 2820 | AD106 | Ada Lovelace | 8.9 | 4608 | 128 | 8 | 8 | 8188 |
    - | 2860-775-A1 | - | G002.0000.00.03 | 17AA:3B11 | laptop | M
NVIDIA GeForce RTX 4060 Laptop GPU | 28E0 28A0 | AD107 | Ada Lovelace | 8.9 | 3072 | 128 | 8 | 8 | 8188 |
    - | 28E0-775-A1 | - | G002.0000.00.03 | 1043:13BD | laptop | M
NVIDIA RTX 6000 Ada Generation | 26B1 | AD102 | Ada Lovelace | 8.9 | 18176 | 384 | 48 | 48 | 49140 |
    - | 26B1-870-A1 | 900-5G133-2250-000 | G133.0510.00.05 | 10DE:16A1 | workstation | M
NVIDIA RTX 5000 Ada Generation | 26B2 | AD102 | Ada Lovelace | 8.9 | 12800 | 256 | 32 | 32 | 32760 |
    - | 26B2-850-A1 | - | - | 10DE:17FA | workstation | M
NVIDIA RTX 4000 SFF Ada Generation | 27B0 | AD104 | Ada Lovelace | 8.9 | 6144 | 160 | 20 | 20 | 20475 |
    95.04.53.00.01 | 27B0-850-A1 | 900-5G192-1770-000 | G192.0550.00.02 | 10DE:16FA | workstation | D
NVIDIA RTX 2000 Ada Generation | 28B0 | AD107 | Ada Lovelace | 8.9 | 2816 | 128 | 16 | 16 | 16380 |
    95.07.47.00.05 | 28B0-875-A1 | 900-5G192-1740-000 | G192.0570.00.01 | 10DE:1870 | workstation | D
NVIDIA L40S | 26B9 | AD102 | Ada Lovelace | 8.9 | 18176 | 384 | 48 | 48 | 46068 |
    95.02.66.00.02 | 26B9-896-A1 | 900-2G133-0080-000 | G133.0242.00.03 | 10DE:1851 | datacentre | M
NVIDIA L40 | 26B5 | AD102 | Ada Lovelace | 8.9 | 18176 | 384 | 48 | 48 | 46068 |
    - | 26B5-895-A1 | 900-2G133-0010-000 | - | 10DE:169D | datacentre | M
NVIDIA L4 | 27B8 | AD104 | Ada Lovelace | 8.9 | 7424 | 192 | 24 | 24 | 23034 |
    95.04.29.00.06 | 27B8-895-A1 | 900-2G193-0000-000 | G193.0200.00.01 | 10DE:16CA | datacentre | D
NVIDIA L20 | 26BA | AD102 | Ada Lovelace | 8.9 | 11776 | 384 | 48 | 48 | 46068 |
    - | 26BA-896-A1 | - | G133.0265.00.01 | 10DE:1957 | datacentre | M
NVIDIA H200 | 2335 | GH100 | Hopper | 9.0 | 16896 | 6144 | 141 | 141 | 143771 |
    96.00.A5.00.03 | 2335-895-A1 | 695-2G520-0280-000 | G520.0280.02.02 | 10DE:18BE | datacentre | D
NVIDIA H100 NVL | 2321 | GH100 | Hopper | 9.0 | 16896 | 6016 | 94 | 94 | 95830 |
    96.00.74.00.11 | 2321-886-A1 | 900-21010-0020-000 | 1010.0210.00.02 | 10DE:1839 | datacentre | D
NVIDIA H100 80GB HBM3 | 2330 | GH100 | Hopper | 9.0 | 16896 | 5120 | 80 | 80 | 81559 |
    96.00.74.00.0D | 2330-885-A1 | 692-2G520-0200-000 | G520.0200.00.05 | 10DE:16C1 | datacentre | D
NVIDIA H100 PCIe | 2331 | GH100 | Hopper | 9.0 | 14592 | 5120 | 80 | 80 | 81559 |
    - | 2331-882-A1 | - | - | 10DE:1626 | datacentre | M
NVIDIA H800 | 2324 | GH100 | Hopper | 9.0 | 16896 | 5120 | 80 | 80 | 81559 |
    - | 2324-865-A1 | - | - | 10DE:17A6 | datacentre | M
NVIDIA H20 | 2329 | GH100 | Hopper | 9.0 | 9984 | 6144 | 96 | 96 | 97871 |
    - | - | - | - | 10DE:198B | datacentre | M
NVIDIA A100-SXM4-80GB | 20B2 | GA100 | Ampere | 8.0 | 6912 | 5120 | 80 | 80 | 81920 |
    92.00.9E.00.02 | 20B2-896-A1 | 692-2G506-0212-005 | G506.0212.00.01 | 10DE:147F | datacentre | D
NVIDIA A100-SXM4-40GB | 20B0 | GA100 | Ampere | 8.0 | 6912 | 5120 | 40 | 40 | 40960 |
    92.00.36.00.04 | - | 692-2G506-0200-000 | G506.0200.00.04 | 10DE:134F | datacentre | D
NVIDIA A100-PCIE-40GB | 20F1 | GA100 | Ampere | 8.0 | 6912 | 5120 | 40 | 40 | 40960 |
    92.00.25.00.08 | 20F1-885-A1 | - | - | 10DE:145F | datacentre | M
NVIDIA A100 80GB PCIe | 20B5 | GA100 | Ampere | 8.0 | 6912 | 5120 | 80 | 80 | 81920 |
    92.00.90.00.04 | 20B5-896-A1 | - | 1001.0230.00.03 | 10DE:1533 | datacentre | M
NVIDIA A30 | 20B7 | GA100 | Ampere | 8.0 | 3584 | 3072 | 24 | 24 | 24576 |
    - | 20B7-875-A1 | - | - | 10DE:1532 | datacentre | M
NVIDIA A40 | 2235 | GA102 | Ampere | 8.6 | 10752 | 384 | 48 | 48 | 46068 |
    - | 2235-895-A1 | - | - | 10DE:145A | datacentre | M
NVIDIA A10 | 2236 | GA102 | Ampere | 8.6 | 9216 | 384 | 24 | 24 | 23028 |
    94.02.5C.00.04 | 2236-890-A1 | 900-2G133-0020-100 | G133.0215.00.06 | 10DE:1482 | datacentre | D
NVIDIA A2 | 25B6 | GA107 | Ampere | 8.6 | 1280 | 128 | 16 | 16 | 15356 |
    94.07.5B.00.92 | 25B6-890-A1 | - | - | 10DE:157E | datacentre | M
NVIDIA RTX A6000 | 2230 | GA102 | Ampere | 8.6 | 10752 | 384 | 48 | 48 | 49140 |
    94.02.5C.00.02 | 2230-875-A1 | 900-5G133-1700-000 | G133.0500.00.05 | 10DE:1459 | workstation | D
NVIDIA RTX A5000 | 2231 | GA102 | Ampere | 8.6 | 8192 | 384 | 24 | 24 | 24564 |
    94.02.6D.00.0D | 2231-850-A1 | - | - | 10DE:147E | workstation | M
NVIDIA RTX A4000 | 24B0 | GA104 | Ampere | 8.6 | 6144 | 256 | 16 | 16 | 16376 |
    94.04.55.00.07 | 24B0-875-A1 | - | - | 10DE:14AD | workstation | M
NVIDIA GeForce RTX 3090 Ti | 2203 | GA102 | Ampere | 8.6 | 10752 | 384 | 24 | 24 | 24564 |
    - | 2203-350-A1 | - | G001.0000.03.03 | 1462:5050 | gaming | M
NVIDIA GeForce RTX 3090 | 2204 | GA102 | Ampere | 8.6 | 10496 | 384 | 24 | 24 | 24576 |
    94.02.27.00.0A | 2204-300-A1 | 900-1G136-2510-000 | G001.0000.03.03 | 10DE:147D | gaming | D
NVIDIA GeForce RTX 3080 Ti | 2208 | GA102 | Ampere | 8.6 | 10240 | 384 | 12 | 12 | 12288 |
    - | 2208-225-A1 | - | G001.0000.03.03 | 1043:8800 | gaming | M
NVIDIA GeForce RTX 3080 | 2216 2206 220A | GA102 | Ampere | 8.6 | 8704 | 320 | 10 | 10 12 | 10240 |
    94.02.71.40.72 | 2216-202-A1 | - | G001.0000.03.03 | 19DA:1612 | gaming | D
NVIDIA GeForce RTX 3070 Ti | 2482 | GA104 | Ampere | 8.6 | 6144 | 256 | 8 | 8 | 8192 |
    - | 2482-400-A1 | - | G001.0000.03.03 | 1458:408F | gaming | M
NVIDIA GeForce RTX 3070 | 2484 2488 | GA104 | Ampere | 8.6 | 5888 | 256 | 8 | 8 | 8192 |
    - | 2484-300-A1 | - | G001.0000.03.03 | 1043:87B8 | gaming | M
NVIDIA GeForce RTX 3060 Ti | 2486 2489 24C9 | GA104 | Ampere | 8.6 | 4864 | 256 | 8 | 8 | 8192 |
    - | 2486-200-A1 | - | G001.0000.03.03 | 1462:3903 | gaming | M
NVIDIA GeForce RTX 3060 | 2487 2503 2504 2544 24C7 | GA104 | Ampere | 8.6 | 3584 | 192 | 12 | 8 12 | 12288 |
    94.04.71.00.69 | 2487-150-A1 | - | G001.0000.03.03 | 3842:3658 | gaming | D
NVIDIA GeForce RTX 3050 | 2507 2582 2584 2583 | GA106 | Ampere | 8.6 | 2560 | 128 | 8 | 4 6 8 | 8192 |
    - | 2507-150-A1 | - | G001.0000.03.03 | 1458:40AD | gaming | M
NVIDIA GeForce RTX 3080 Laptop GPU | 249C 24DC | GA104 | Ampere | 8.6 | 6144 | 256 | 8 16 | 8 16 | 16384 |
    - | 249C-775-A1 | - | G001.0000.03.03 | 1043:129F | laptop | M
NVIDIA GeForce RTX 3070 Laptop GPU | 249D 24DD | GA104 | Ampere | 8.6 | 5120 | 256 | 8 | 8 | 8192 |
    - | 249D-775-A1 | - | G001.0000.03.03 | 1462:1306 | laptop | M
NVIDIA GeForce RTX 3060 Laptop GPU | 2520 2560 | GA106 | Ampere | 8.6 | 3840 | 192 | 6 | 6 | 6144 |
    94.06.13.00.44 | 2520-775-A1 | - | G001.0000.03.03 | 1043:16A2 | laptop | M
NVIDIA RTX A5000 Laptop GPU | 24B6 | GA104 | Ampere | 8.6 | 6144 | 256 | 16 | 16 | 16384 |
    94.04.42.40.08 | 24B6-975-A1 | - | G001.0000.03.03 | 1028:0A69 | laptop | D
NVIDIA CMP 170HX | 20C2 | GA100 | Ampere | 8.0 | 4480 | 4096 | 8 10 | 8 10 | 8192 |
    - | 20C2-105-A1 | - | G001.0000.03.03 | 10DE:1585 | mining | M
NVIDIA CMP 90HX | 220D | GA102 | Ampere | 8.6 | 6400 | 320 | 10 | 10 | 10240 |
    94.02.74.00.05 | 220D-100-A1 | - | G001.0000.03.03 | 1458:4089 | mining | M
NVIDIA CMP 50HX | 1E09 | TU102 | Turing | 7.5 | 3584 | 320 | 10 | 10 | 10240 |
    90.02.60.00.1A | - | - | G001.0000.02.04 | 10DE:1554 | mining | M
NVIDIA CMP 40HX | 1F0B | TU106 | Turing | 7.5 | 2304 | 256 | 8 | 8 | 8192 |
    - | - | - | G001.0000.02.04 | 1458:4074 | mining | M
NVIDIA CMP 30HX | 2189 | TU116 | Turing | 7.5 | 1408 | 192 | 6 | 6 | 6144 |
    - | - | - | G001.0000.02.04 | 1569:2189 | mining | M
NVIDIA TITAN RTX | 1E02 | TU102 | Turing | 7.5 | 4608 | 384 | 24 | 24 | 24576 |
    90.02.23.00.01 | 1E02-400-A1 | - | G001.0000.02.04 | 10DE:12A3 | gaming | M
NVIDIA GeForce RTX 2080 Ti | 1E07 1E04 | TU102 | Turing | 7.5 | 4352 | 352 | 11 | 11 | 11264 |
    90.02.0B.00.0E | 1E07-300-A1 | - | G001.0000.02.04 | 10DE:12A4 | gaming | M
NVIDIA GeForce RTX 2080 SUPER | 1E81 | TU104 | Turing | 7.5 | 3072 | 256 | 8 | 8 | 8192 |
    - | 1E81-450-A1 | - | G001.0000.02.04 | 1462:C751 | gaming | M
NVIDIA GeForce RTX 2080 | 1E87 1E82 | TU104 | Turing | 7.5 | 2944 | 256 | 8 | 8 | 8192 |
    - | 1E87-400-A1 | - | G001.0000.02.04 | 1458:37A8 | gaming | M
NVIDIA GeForce RTX 2070 | 1F02 1F07 | TU106 | Turing | 7.5 | 2304 | 256 | 8 | 8 | 8192 |
    90.06.0B.00.89 | 1F02-400-A1 | - | G001.0000.02.04 | 1458:37C2 | gaming | M
NVIDIA GeForce RTX 2060 SUPER | 1F06 | TU106 | Turing | 7.5 | 2176 | 256 | 8 | 8 | 8192 |
    - | 1F06-410-A1 | - | G001.0000.02.04 | 1462:C752 | gaming | M
NVIDIA GeForce RTX 2060 | 1F08 1E89 1F03 | TU106 | Turing | 7.5 | 1920 | 192 | 6 | 6 12 | 6144 |
    - | 1F08-200-A1 | - | G001.0000.02.04 | 1043:86F0 | gaming | M
NVIDIA GeForce GTX 1660 Ti | 2182 | TU116 | Turing | 7.5 | 1536 | 192 | 6 | 6 | 6144 |
    - | 2182-400-A1 | - | G001.0000.02.04 | 3842:1267 | gaming | M
NVIDIA GeForce GTX 1660 SUPER | 21C4 | TU116 | Turing | 7.5 | 1408 | 192 | 6 | 6 | 6144 |
    - | 21C4-300-A1 | - | G001.0000.02.04 | 1462:C75A | gaming | M
NVIDIA GeForce GTX 1650 SUPER | 2187 | TU116 | Turing | 7.5 | 1280 | 128 | 4 | 4 | 4096 |
    90.16.46.00.DE | 2187-250-A1 | - | G001.0000.02.04 | 1458:401B | gaming | D
Quadro RTX 6000 | 1E30 | TU102 | Turing | 7.5 | 4608 | 384 | 24 48 | 24 | 24576 |
    - | 1E30-875-A1 | - | - | 10DE:12BA | workstation | M
Quadro RTX 8000 | 1E30 | TU102 | Turing | 7.5 | 4608 | 384 | 24 48 | 48 | 49152 |
    - | 1E30-875-A1 | - | - | 10DE:129E | workstation | M
Tesla T4 | 1EB8 | TU104 | Turing | 7.5 | 2560 | 256 | 16 | 16 | 15360 |
    90.04.96.00.01 | 1EB8-895-A1 | 900-2G183-0000-000 | G183.0200.00.02 | 10DE:12A2 | datacentre | D
NVIDIA TITAN V | 1D81 | GV100 | Volta | 7.0 | 5120 | 3072 | 12 | 12 | 12288 |
    88.00.36.00.01 | 1D81-400-A1 | 900-1G500-2500-000 | G001.0000.01.04 | 10DE:1218 | gaming | D
Tesla V100-SXM2-16GB | 1DB1 | GV100 | Volta | 7.0 | 5120 | 4096 | 16 | 16 | 16384 |
    88.00.13.00.02 | 1DB1-890-A1 | 900-2G503-0000-000 | G503.0201.00.03 | 10DE:1212 | datacentre | M
Tesla V100-SXM2-32GB | 1DB5 | GV100 | Volta | 7.0 | 5120 | 4096 | 32 | 32 | 32768 |
    88.00.43.00.03 | 1DB5-890-A1 | - | - | 10DE:1249 | datacentre | M
Tesla V100-PCIE-32GB | 1DB6 | GV100 | Volta | 7.0 | 5120 | 4096 | 32 | 32 | 32768 |
    - | 1DB6-895-A1 | - | - | 10DE:124A | datacentre | M
Tesla P100-PCIE-16GB | 15F8 | GP100 | Pascal | 6.0 | 3584 | 4096 | 16 | 16 | 16384 |
    86.00.4D.00.01 | - | 900-2H400-0000-000 | H400.0201.00.08 | 10DE:118F | datacentre | M
Tesla P100-PCIE-12GB | 15F7 | GP100 | Pascal | 6.0 | 3584 | 3072 | 12 | 12 | 12288 |
    86.00.3A.00.02 | - | 900-2H400-0110-030 | H400.0202.00.01 | 10DE:11DA | datacentre | D
Tesla P40 | 1B38 | GP102 | Pascal | 6.1 | 3840 | 384 | 24 | 24 | 23040 |
    86.02.23.00.01 | 1B38-895-A1 | 900-2G610-0000-000 | G610.0200.00.03 | 10DE:11D9 | datacentre | M
NVIDIA GeForce GTX 1080 Ti | 1B06 | GP102 | Pascal | 6.1 | 3584 | 352 | 11 | 11 | 11264 |
    86.02.39.00.01 | 1B06-350-A1 | - | G001.0000.01.04 | 10DE:120F | gaming | M
NVIDIA GeForce GTX 1080 | 1B80 | GP104 | Pascal | 6.1 | 2560 | 256 | 8 | 8 | 8192 |
    - | 1B80-400-A1 | - | G001.0000.01.03 | 10DE:119E | gaming | M
NVIDIA GeForce GTX 1070 Ti | 1B82 | GP104 | Pascal | 6.1 | 2432 | 256 | 8 | 8 | 8192 |
    86.04.85.00.B1 | - | - | G001.0000.01.04 | 19DA:2436 | gaming | D
NVIDIA GeForce GTX 1070 | 1B81 | GP104 | Pascal | 6.1 | 1920 | 256 | 8 | 8 | 8192 |
    86.04.50.00.AB | - | - | G001.0000.01.04 | 1458:3703 | gaming | D
NVIDIA GeForce GTX 1060 6GB | 1C03 1C06 1B83 | GP106 | Pascal | 6.1 | 1280 | 192 | 6 | 6 | 6144 |
    86.06.0E.00.A7 | - | - | G001.0000.01.03 | 1462:8C94 | gaming | D
NVIDIA GeForce GTX 1060 3GB | 1C02 1B84 | GP106 | Pascal | 6.1 | 1152 | 192 | 3 | 3 | 3072 |
    - | 1C02-300-A1 | - | G001.0000.01.03 | 1043:85A4 | gaming | M
NVIDIA GeForce GTX 1050 Ti | 1C82 | GP107 | Pascal | 6.1 | 768 | 128 | 4 | 2 4 | 4096 |
    - | 1C82-400-A1 | - | G001.0000.01.03 | 1043:85D3 | gaming | M
P106-100 | 1C07 | GP106 | Pascal | 6.1 | 1280 | 192 | 6 | 6 | 6144 |
    - | - | - | G001.0000.01.04 | 1462:3287 | mining | M
P104-100 | 1B87 | GP104 | Pascal | 6.1 | 1920 | 256 | 4 8 | 4 8 | 4096 |
    - | - | - | G001.0000.01.04 | 1458:3757 | mining | M
Quadro P4000 | 1BB1 | GP104 | Pascal | 6.1 | 1792 | 256 | 8 | 8 | 8192 |
    86.04.56.00.81 | - | 900-5G410-0150-001 | G410.0501.00.03 | 1028:11A3 | workstation | D
Quadro P2000 | 1C30 | GP106 | Pascal | 6.1 | 1024 | 160 | 5 | 4 5 | 5120 |
    86.06.3F.00.30 | 1C30-875-A1 | 900-5G410-0100-000 | G410.0502.00.02 | 1028:11B3 | workstation | D
Quadro P400 | 1CB3 | GP107 | Pascal | 6.1 | 256 | 64 | 2 | 2 | 2048 |
    86.07.3B.00.4A | - | 900-5G212-1701-000 | G212.0500.00.01 | 10DE:11BE | workstation | D
NVIDIA GeForce GTX 980 Ti | 17C8 | GM200 | Maxwell | 5.2 | 2816 | 384 | 6 | 6 | 6144 |
    84.00.32.00.50 | - | - | - | 10DE:1151 | gaming | M
NVIDIA GeForce GTX 980 | 13C0 | GM204 | Maxwell | 5.2 | 2048 | 256 | 4 8 | 4 8 | 4096 |
    84.04.31.00.F6 | - | - | - | 1462:3170 | gaming | D
NVIDIA GeForce GTX 960 | 1401 | GM206 | Maxwell | 5.2 | 1024 | 128 | 2 4 | 2 3 4 | 4096 |
    84.06.2F.00.6D | - | - | - | 1462:3202 | gaming | M
NVIDIA GeForce GTX 750 Ti | 1380 | GM107 | Maxwell | 5.0 | 640 | 128 | 1 2 4 | 1 2 4 | 2048 |
    82.07.25.00.55 | - | - | - | 1043:84BB | gaming | M
Tesla M40 | 17FD | GM200 | Maxwell | 5.2 | 3072 | 384 | 12 24 | 12 24 | 11520 |
    - | - | 900-2G600-0000-000 | G600.0200.02.02 | 10DE:1171 | datacentre | M
"""


@dataclass(frozen=True, slots=True)
class Known:
    """One product as a forger knows it. "" or 0 is "he does not know"."""

    name: str
    ids: tuple[str, ...]
    die: str
    architecture: str
    capability: str
    cores: int
    bus_bits: int
    sizes_gb: tuple[int, ...]
    name_sizes_gb: tuple[int, ...]
    total_mib: int
    vbios: str
    part: str
    board_part: str
    inforom: str
    subsystem: str
    kind: str
    """One of "gaming", "laptop", "workstation", "datacentre", "mining"."""
    published: bool
    """From a published dump; else from memory."""


@cache
def known() -> tuple[Known, ...]:
    """The forger's list."""
    return tuple(_row(line) for line in _TABLE.strip().replace("|\n", "|").splitlines())


def _row(line: str) -> Known:
    cells = [cell.strip() for cell in line.split("|")]
    texts = ["" if cell == "-" else cell for cell in cells]
    name, ids, die, architecture, capability, cores, bus, sizes, name_sizes, total, *rest = texts
    vbios, part, board_part, inforom, subsystem, kind, source = rest
    numbers = tuple(int(size) for size in sizes.split())
    others = tuple(int(size) for size in name_sizes.split())
    return Known(
        name, tuple(ids.split()), die, architecture, capability, int(cores), int(bus), numbers, others, int(total),
        vbios, part, board_part, inforom, subsystem, kind, source == "D",
    )  # fmt: skip
