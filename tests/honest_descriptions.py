"""Descriptions as honest traders, brokers and shops write them of NVIDIA cards, in many languages.

Written for these tests in the manner of invoices, tariff rulings and shop titles; none was copied from a real paper.
"""

ANY_CARD = (
    "graphics card", "Graphics cards", "GRAPHIC CARD", "graphic cards for PC", "Video card", "VIDEO CARDS", "videocard",
    "video graphics card", "VGA card", "VGA", "VGA CARDS 10 PCS", "2 pcs of used graphics cards", "graphics adapter",
    "Display adapter", "display adapters for computers", "display card", "Graphics accelerator",
    "graphics processing unit", "Graphics Processing Units (GPU)", "GPU", "GPUs", "GPU card", "GPU board, PCIe x16",
    "GPU accelerator", "AI accelerator", "AI accelerator card, PCIe", "AI accelerator cards for data center",
    "accelerator card", "compute accelerator card 300W", "Deep learning accelerator", "PCIe card for servers",
    "PCI Express card for server, graphics", "PCIe accelerator card", "NVIDIA graphics card", "NVIDIA GPU",
    "NVIDIA video card, used, tested", "graphics card, refurbished, no box", "graphics card without box",
    "graphics card with power cable and bracket", "gaming graphics card", "Graphics card (parts of ADP machines)",
    "parts for computers: graphics cards", "computer parts - video card", "Computer components (graphics cards)",
    "1 graphics card, 2 toys (gifts)", "toys and graphics cards", "graphics cards, memory modules, SSD",
    "graphics cards and power supplies", "PC parts: motherboard, CPU, graphics card", "graphics card, GPU riser",
    "video cards for personal computers", "VGA compatible controller", "3D controller", "Display controller (graphics)",
    "crypto mining cards", "graphics boards", "Graphics card for laptop repair", "external graphics card in box",
    "Grafikkarte", "Grafikkarten", "Grafikkarte mit Kühler", "1 Stück Grafikkarte, gebraucht", "PC-Grafikkarte",
    "Graphikkarten für Computer", "Beschleunigerkarte", "KI-Beschleuniger", "Videokarte",
    "Grafikprozessor-Karte PCIe", "carte graphique", "Cartes graphiques", "carte vidéo", "carte graphique d'occasion",
    "processeur graphique", "accélérateur graphique pour serveur", "carte accélératrice", "tarjeta gráfica",
    "Tarjetas gráficas", "tarjeta de video", "Tarjeta de vídeo usada", "placa de video", "tarjeta aceleradora de IA",
    "placa gráfica", "Placas de vídeo", "scheda video", "schede grafiche", "scheda grafica usata", "videokaart",
    "grafische kaart", "karta graficzna", "Karty graficzne", "kart graficznych - 3 szt.", "grafická karta",
    "grafičke kartice", "videókártya", "placă video", "plăci video", "grafikkort", "skærmkort", "näytönohjain",
    "ekran kartı", "κάρτα γραφικών", "видеокарта", "Видеокарты", "видеокарта б/у", "видеокарт 5 шт",
    "графическая карта", "графический ускоритель", "графический адаптер", "ускоритель вычислений", "видеоадаптер",
    "відеокарта", "графічна карта", "видео карта", "显卡", "顯示卡", "电脑显卡", "图形处理器 GPU", "显卡 2块", "加速卡",
    "AI加速卡", "GPU 计算卡", "グラフィックボード", "グラフィックカード", "ビデオカード",
    "그래픽카드", "그래픽 카드", "كرت شاشة",
    "بطاقة رسومات", "כרטיס מסך", "card màn hình", "kartu grafis", "การ์ดจอ",
)  # fmt: skip
"""True of every card, with or without its model."""

WITH_MODEL = (
    ("NVIDIA GeForce RTX 4090", "RTX 4090"),
    ("NVIDIA GeForce RTX 4090", "NVIDIA GeForce RTX 4090 24GB GDDR6X"),
    ("NVIDIA GeForce RTX 4090", "ASUS ROG Strix GeForce RTX 4090 OC 24GB graphics card"),
    ("NVIDIA GeForce RTX 4090", "ROG-STRIX-RTX4090-O24G-GAMING"),
    ("NVIDIA GeForce RTX 4090", "MSI GeForce RTX 4090 GAMING X TRIO 24G (24GB GDDR6X, 384-bit, PCI-E 4.0)"),
    ("NVIDIA GeForce RTX 4090", "Gigabyte GV-N4090GAMING OC-24GD graphics card"),
    ("NVIDIA GeForce RTX 4090", "Видеокарта Palit GeForce RTX 4090 GameRock 24 ГБ"),
    ("NVIDIA GeForce RTX 4090", "显卡 RTX4090 24G"),
    ("NVIDIA GeForce RTX 4090", "graphics cards RTX 3060, RTX 4070 and RTX 4090"),
    ("NVIDIA GeForce RTX 4090", "Gaming PC Intel Core i9, RTX 4090, 64GB RAM"),
    ("NVIDIA GeForce RTX 4090", "AMD Ryzen PC with GeForce RTX 4090"),
    ("NVIDIA GeForce RTX 4090", "Grafikkarte 4090"),
    ("NVIDIA GeForce RTX 4090 D", "RTX 4090D 24GB graphics card"),
    ("NVIDIA GeForce RTX 4090 D", "Colorful iGame GeForce RTX 4090 D"),
    ("NVIDIA GeForce RTX 4070 Ti SUPER", "RTX 4070 Ti SUPER graphics card"),
    ("NVIDIA GeForce RTX 4070 Ti SUPER", "RTX4070TIS 16G 显卡"),
    ("NVIDIA GeForce RTX 4070 Ti SUPER", "VGA RTX 4070TI Super, 16 GB"),
    ("NVIDIA GeForce GTX 1660 SUPER", "GTX1660S"),
    ("NVIDIA GeForce GTX 1660 SUPER", "Tarjeta gráfica Zotac GTX 1660 Super 6GB"),
    ("NVIDIA GeForce RTX 3060 Ti", "DUAL-RTX3060TI-O8G graphics card"),
    ("NVIDIA GeForce RTX 3080", "TUF-RTX3080-O10G-V2-GAMING"),
    ("NVIDIA GeForce RTX 3060", "Gigabyte GeForce RTX 3060 GAMING OC 12G rev. 2.0"),
    ("NVIDIA GeForce GTX 1080 Ti", "Grafikkarte GeForce GTX 1080 Ti 11GB"),
    ("NVIDIA H100 PCIe", "NVIDIA H100 80GB PCIe"),
    ("NVIDIA H100 PCIe", "GPU accelerator NVIDIA H100 80GB HBM2e"),
    ("NVIDIA H100 80GB HBM3", "NVIDIA H100 SXM5 80GB module"),
    ("NVIDIA A100 80GB PCIe", "A100 80GB PCIe, data center accelerator"),
    ("NVIDIA A100-SXM4-40GB", "NVIDIA A100 SXM4 40GB"),
    ("NVIDIA L40S", "NVIDIA L40S GPU card 48GB"),
    ("Tesla V100-PCIE-16GB", "Nvidia Tesla V100 16GB"),
    ("Tesla T4", "NVIDIA Tesla T4 16GB low profile"),
    ("NVIDIA A30", "NVIDIA A30 24GB"),
    ("NVIDIA RTX A6000", "PNY RTX A6000 48GB"),
    ("NVIDIA RTX 6000 Ada Generation", "NVIDIA RTX 6000 Ada 48GB"),
    ("NVIDIA TITAN RTX", "Titan RTX graphics card"),
    ("NVIDIA CMP 40HX", "CMP 40HX mining card"),
)
"""Product that was found, and what its papers say."""

OTHER_GOODS = (
    "contactor controller", "Contactor controllers", "toys", "plastic toys", "tea", "green tea", "adapter modules",
    "network adapters", "Ethernet card", "network interface card", "sound card", "toy parts", "motor spare parts",
    "spare parts for motors", "LED lights", "USB adapters", "power supplies", "clothing", "furniture", "CPU",
    "Spielzeug", "Netzwerkkarten", "jouets", "carte mère", "juguetes", "игрушки", "сетевые карты", "контакторы",
    "玩具", "茶叶", "网卡", "接触器", "hard disk drives", "memory modules", "motherboards", "phone cases",
)  # fmt: skip

VAGUE = (
    "computer components", "computer parts", "Electronic parts", "spare parts", "adapters", "PC parts",
    "electronic components", "IT equipment", "controllers", "computer accessories",
    "Computerzubehör", "Ersatzteile", "composants informatiques", "pièces détachées", "componentes de computadora",
    "комплектующие для компьютеров", "запасные части", "电脑配件", "电子元件", "コンピュータ部品",
)  # fmt: skip

BESIDE_A_CARD = (
    "GPU cooler", "graphics card holder", "cooler for graphics card", "RTX 4090 backplate", "fan for RTX 3080",
    "cables for graphics cards", "显卡支架", "GPU riser cable", "graphics card support bracket",
    "H100 compatible heatsink", "显卡用散热器",
)  # fmt: skip
"""Goods that a card's name only stands beside."""

UNKNOWN_WORDS = (
    "zxqv blorp", "item 4711", "as per attached list", "see invoice", "Artikel laut Rechnung", "12345", "…", "ααα βββ",
    "RU-7741-B", "lot of various",
)  # fmt: skip
