"""Words of declarations, by what they say of the goods: data for `goods_words`, in many languages, no code.

Spelling: one phrase between two commas; a blank stands for a blank, a hyphen, or nothing ("video card" finds
"videocard"); "+" is an English plural, "*" any ending. Accents and case do not count. The words are the trade's and the
tariff's own, gathered by hand from memory; no list is complete, so a text without any of them decides nothing.
"""

CARD = (
    # English
    "graphic+ card+, graphic+ board+, graphic+ adapter+, graphic+ adaptor+, graphic+ accelerator+, graphic+ module+,"
    "graphic+ processing unit+, graphic+ processor+, graphic+ unit+, graphic+ processing card+, video card+, vga+,"
    "video adapter+, video graphic+ adapter+, video board+, video graphic+ card+, vga card+, vga adapter+,"
    "vga board+, vga compatible controller+, vga controller+, 3d controller+, display card+, display adapter+,"
    "display adaptor+, display controller+, gpu+, gpu card+, gpu board+, gpu module+, gpu accelerator+, gpgpu+,"
    "ai accelerator+, ai accelerator card+, ai card+, ai gpu+, ai compute card+, accelerator card+,"
    "accelerator board+, accelerator module+, acceleration card+, compute accelerator+, compute card+,"
    "computing accelerator+, computing card+, inference card+, inference accelerator+, deep learning accelerator+,"
    "deep learning card+, machine learning accelerator+, tensor core card+, tensor core gpu+, mining card+,"
    "pcie accelerator+, sxm module+, pcie card+ for server+, pci express card+ for server+, gfx card+,"
    "data cent* accelerator+, egpu+, external graphic+, geforce, quadro, gtx, rtx,"
    # German, Dutch, the Nordic languages
    "grafikkarte*, graphikkarte*, grafik karte*, videokarte*, grafikadapter*, grafikbeschleuniger*, grafikprozessor*,"
    "beschleunigerkarte*, rechenbeschleuniger*, ki beschleuniger*, grafikmodul*, videokaart*, grafische kaart*,"
    "grafikkort*, videokort*, skjermkort*, skærmkort*, näytönohjain*, näytönohjaimet, näytönohjaimia,"
    # French, Spanish, Portuguese, Italian, Romanian
    "carte+ graphique+, carte+ video+, carte+ d affichage, processeur+ graphique+, accélérateur+ graphique+,"
    "accélérateur+ ia, accélérateur+ d ia, carte+ accélératrice+, adaptateur+ graphique+, carte+ d accélération,"
    "accélérateur+ de calcul, tarjeta+ gráfica+, tarjeta+ de video+, tarjeta+ de gráfico+, tarjeta+ aceleradora+,"
    "placa+ de vídeo+, placa+ gráfica+, placa+ aceleradora+, acelerador* gráfic*, acelerador* de ia,"
    "unidad* de procesamiento gráfic*, unidade* de processamento gráfic*, procesador* gráfic*, tarjeta+ video+,"
    "scheda video, schede video, scheda grafica, schede grafiche, scheda acceleratrice, acceleratore grafico,"
    "acceleratori grafici, placă video, plăci video, placă grafică, plăci grafice, targeta gràfica,"
    # Slavonic languages
    "kart* graficzn*, akcelerator* graficzn*, procesor* graficzn*, grafick* kart*, grafičk* kartic*,"
    "grafičn* kartic*, grafick* akceler*, видеокарт*, видео карт*, графическ* карт*, графическ* адаптер*,"
    "графическ* ускорител*, графическ* процессор*, графическ* плат*, видеоадаптер*, видеоускорител*, ускорител* ии,"
    "ускорител* вычислени*, видеоплат*, відеокарт*, графічн* карт*, графічн* адаптер*, графічн* прискорювач*,"
    "графичн* карт*, видеокарти,"
    # Hungarian, Turkish, Greek, Baltic languages
    "videókártya*, videokartya*, grafikus kártya*, ekran kart*, grafik kart*, grafik işlemci*, κάρτα γραφικών,"
    "κάρτες γραφικών, graafikakaar*, videokaar*, videokart*, grafisk* kart*, vaizdo plokšt*, videoplokšt*,"
    # Asia and the Near East
    "显卡, 顯卡, 显示卡, 顯示卡, 图形卡, 圖形卡, 图形显示卡, 显示适配器, 顯示配接卡, 图形处理器, 圖形處理器,"
    "图像处理器, 加速卡, 计算卡, 運算卡, 算力卡, 图形加速, 独显, 獨顯, 视频卡, 绘图卡, 繪圖卡, 矿卡, 礦卡, 推理卡,"
    "训练卡, 智算卡, 绘图芯片, グラフィックボード, グラフィックスボード, グラフィックカード, グラフィックスカード,"
    "グラボ, ビデオカード, ビデオボード, アクセラレータ, アクセラレーター, 그래픽카드, 그래픽 카드, 그래픽보드,"
    "비디오카드, 비디오 카드, 가속기, 가속 카드, كرت شاشة, كرت الشاشة, كروت شاشة, بطاقة رسومات, بطاقة الرسومات,"
    "بطاقات رسومات, بطاقة فيديو, کارت گرافیک, כרטיס מסך, כרטיסי מסך, כרטיס גרפי, card màn hình, card đồ họa,"
    "thẻ đồ họa, kartu grafis, kartu vga, kad grafik, การ์ดจอ, การ์ดแสดงผล, ग्राफिक्स कार्ड,"
)
"""A graphics card or an accelerator, named as such."""

BROAD = (
    "pcie card+, pci card+, pci e card+, pci express card+, pci express board+, pcie board+, pcie adapter+,"
    "pcie module+, add in card+, addin card+, add on card+, addon card+, expansion card+, expansion board+,"
    "plug in card+, server card+, computer card+, computer board+, accelerator+, accelerators, graphics, graphic,"
    "processor+, processor module+, processing unit+, data processing unit+, processor board+, processor card+,"
    "machine+ of heading, heading 8471, headings 8471, automatic data processing*, adp machine+, adp unit+,"
    "graphic+ card+ part+, graphic+ card+ component+, graphic+ card+ accessor*, gpu part+, gpu component+,"
    "gpu accessor*, vga card+ part+, vga part+, part+ of graphic+ card+, part+ of video card+, gpu chip+,"
    "printed circuit assembl*, printed circuit board assembl*, pcb assembl*, pcba+, integrated circuit+,"
    "electronic integrated circuit+, semiconductor+, microprocessor+, steckkarte*, einsteckkarte*,"
    "erweiterungskarte*, rechenkarte*, datenverarbeitungsmaschine*, carte+ d extension, carte+ pcie, carte+ pci,"
    "carte+ électronique+, machine+ automatique+ de traitement, tarjeta+ pcie, tarjeta+ de expansión,"
    "placa+ de expansão, scheda pcie, schede pcie, karta rozszerzeń, karty rozszerzeń, плат* расширени*,"
    "вычислительн* машин*, ускорител*, 扩展卡, 擴充卡, 处理器, 處理器, 自动数据处理, 自動資料處理, 拡張カード,"
    "확장 카드, insteekkaart*, uitbreidingskaart*,"
)
"""True of such a card and of many others: the slot's words, and those of the tariff itself."""

MACHINE = (
    "server+, computer+, workstation+, work station+, laptop+, notebook+, desktop+, desktop pc+, pc,"
    "personal computer+, gaming pc+, gpu server+, ai server+, gpu workstation+, computer system+, mining rig+,"
    "gaming laptop+, barebone+, rackserver*, rechner, computersystem*, serveur+, ordinateur+, servidor*, ordenador*,"
    "computadora+, computador*, сервер*, компьютер*, ноутбук*, рабоч* станци*, системн* блок*, 服务器, 伺服器, 电脑,"
    "電腦, 计算机, 計算機, 笔记本, サーバー, サーバ, パソコン, ノートパソコン, 서버, 컴퓨터, 노트북, bilgisayar*,"
    "sunucu*, komputer*, serwer*, počítač*, számítógép*,"
)
"""A machine that such a card may sit in."""

VAGUE = (
    "computer component+, computer part+, computer spare part+, computer accessor*, computer hardware,"
    "computer equipment, computer item+, computer product+, computer supplies, computer goods, pc part+,"
    "pc component+, pc accessor*, pc hardware, it equipment, it hardware, it part+, it component+, it accessor*,"
    "it product+, it goods, it supplies, electronic+ part+, electronic+ component+, electronic+ item+, electronics,"
    "electronic+ device+, electronic+ product+, electronic+ equipment, electronic+ good+, electronic+ accessor*,"
    "electronic+ module+, electronic+ spare+, electronic+ board+, electronic+ card+, electronic+ circuit+,"
    "electronic, electrical part+, electrical component+, electrical equipment, electrical good+, electrical item+,"
    "electrical device+, spare part+, spare+, replacement part+, part+, component+, accessor*, hardware, equipment,"
    "adapter+, adaptor+, controller+, controller board+, controller card+, module+, board+, card+, circuit board+,"
    "printed circuit board+, printed circuit+, pcb+, device+, server part+, server component+, server accessor*,"
    "server spare+, server hardware, server equipment, network equipment, data cent* equipment, technical equipment,"
    "machine part+, personal effects, household goods, consolidated cargo, general cargo, freight all kinds,"
    "said to contain, chip+, circuit+, used part+, peripheral+, consumer electronics, computerteile, computerzubehör,"
    "computerkomponente*, pc zubehör, pc teile, pc komponente*, elektronikteile, elektronikkomponente*, ersatzteil*,"
    "elektronisch* bauteil*, elektronisch* bauelement*, elektronik, edv zubehör, edv teile, it zubehör, zubehör*,"
    "zubehörteile, teile, baugruppe*, elektronisch* baugruppe*, steuerung*, computerhardware,"
    "composant+ informatique+, composant+ électronique+, pièce+ informatique+, pièce+ détachée+, pièce+ d ordinateur,"
    "pièce+ électronique+, composant+ d ordinateur, matériel+ informatique+, accessoire+ informatique+, accessoire+,"
    "adaptateur+, contrôleur+, équipement+ informatique+, composant+, pièce+, componente+ informático+,"
    "componente+ electrónico+, componente+ de computadora+, componente+ de ordenador, parte+ de computadora+,"
    "parte+ de ordenador, pieza+ de ordenador, pieza+ de computadora, repuesto+, parte+ electrónica+,"
    "accesorio+ de computadora, accesorio+ informático+, accesorio+, material informático, adaptador*, controlador*,"
    "componente+, peças de computador, peças, componente+ eletrônico+, componente+ eletrónico+,"
    "componente+ de informática, acessório+, componenti elettronici, componenti per computer, componenti informatici,"
    "parti di ricambio, ricambi, parti di computer, materiale informatico, accessori, computeronderdelen, onderdelen,"
    "elektronische onderdelen, computeraccessoires, części komputerowe, podzespoły komputerowe, części zamienne,"
    "komponenty elektroniczne, części, akcesoria komputerowe, podzespoły, комплектующ*, запчаст*, запасн* част*,"
    "компьютерн* комплектующ*, компьютерн* част*, компьютерн* оборудовани*, электронн* компонент*,"
    "электронн* издели*, электронн* модул*, электроник*, адаптер*, контроллер*, оборудовани*, аксессуар*,"
    "част* компьютер*, плат*, комплектуюч*, запчастини, 电脑配件, 電腦配件, 电脑零件, 電腦零件, 电脑部件, 计算机配件,"
    "计算机部件, 計算機配件, 电子元件, 電子元件, 电子元器件, 电子配件, 電子配件, 电子产品, 電子產品, 电子零件,"
    "电脑硬件, 配件, 零件, 部件, 适配器, 服务器配件, 伺服器配件, 控制器, 电路板, 電路板, 线路板, コンピュータ部品,"
    "コンピューター部品, パソコン部品, パソコンパーツ, pcパーツ, 電子部品, 部品, アダプター, 컴퓨터 부품, 전자 부품,"
    "부품, 어댑터, bilgisayar parça*, yedek parça*, elektronik parça*, parça*, قطع كمبيوتر, قطع غيار, أجزاء كمبيوتر,"
    "linh kiện máy tính, linh kiện, linh kiện điện tử, komponen komputer, suku cadang, počítačov* díl*,"
    "náhradn* díl*, alkatrész*,"
)
"""Words that hold for almost everything that has to do with electricity, and name no goods."""

OTHER = (
    "toy+, doll+, plush toy+, board game+, puzzle+, tea, coffee, food, foodstuff+, spice+, rice, fruit+, seafood,"
    "wine, clothing, clothes, garment+, apparel, textile+, fabric+, t shirt+, shirt+, shoe+, footwear, handbag+,"
    "furniture, tableware, kitchenware, ceramic+, glassware, jewellery, jewelry, wrist watch+, cosmetic+, perfume+,"
    "shampoo+, medicine+, medicament+, medical device+, printed book+, magazine+, stationery, plastic product+,"
    "plastic article+, plastics, hand tool+, screw+, auto part+, car part+, automotive part+, vehicle part+,"
    "motorcycle part+, bicycle part+, bicycle+, sewing machine+, sports equipment, contactor+, contactor controller+,"
    "motor controller+, motor+, pump+, valve+, bearing+, relay+, switchgear, circuit breaker+, led controller+,"
    "led light+, led lamp+, lamp+, game controller+, gamepad+, joystick+, plc+, programmable logic controller+,"
    "frequency converter+, inverter+, transformer+, battery, batteries, charger+, power adapter+, ac adapter+,"
    "usb adapter+, hdmi adapter+, adapter module+, adaptor module+, adapter board+, network adapter+, network card+,"
    "network interface card+, ethernet adapter+, ethernet card+, lan card+, wifi adapter+, wifi card+,"
    "wireless adapter+, wireless card+, bluetooth adapter+, bluetooth module+, sound card+, audio card+,"
    "capture card+, video capture card+, memory card+, sim card+, sd card+, graphic+ tablet+, greeting card+,"
    "playing card+, smart card+, raid controller+, raid card+, storage controller+, host bus adapter+, hba card+,"
    "hard disk+, hard disk drive+, hard drive+, ssd+, solid state drive+, memory module+, ram module+, ram memory,"
    "dimm+, motherboard+, mainboard+, cpu+, monitor+, lcd monitor+, keyboard+, mouse, printer+, toner+, router+,"
    "network switch*, ethernet switch*, modem+, cell phone+, telephone set+, mobile phone+, smartphone+, phone case+,"
    "tablet+, television+, camera+, headphone+, earphone+, loudspeaker+, transceiver+, optical transceiver+, sensor+,"
    "spielzeug*, kleidung, schuhe, möbel, tee, netzteil*, netzwerkkarte*, netzwerkadapter, soundkarte*, festplatte*,"
    "arbeitsspeicher, hauptplatine*, schütz steuerung*, jouet+, vêtement+, chaussure+, meuble+, carte+ réseau,"
    "carte+ son, carte+ mère+, contacteur+, juguete+, ropa, zapato+, mueble+, tarjeta+ de red, tarjeta+ de sonido,"
    "placa+ base, placa+ madre, brinquedo+, giocattol*, scheda di rete, scheda madre, speelgoed, netwerkkaart*,"
    "zabawk*, kart* sieciow*, игрушк*, одежд*, обувь, мебел*, чай, контактор*, сетев* карт*, сетев* адаптер*,"
    "звуков* карт*, материнск* плат*, блок* питани*, 玩具, 茶叶, 茶葉, 茶, 服装, 衣服, 鞋, 家具, 接触器, 接觸器,"
    "网卡, 網卡, 声卡, 主板, 主機板, 电源, 化妆品, 食品, 塑料制品, 塑料, 网络适配器, 电源适配器, 手机, 路由器,"
    "おもちゃ, 玩具類, 衣類, お茶, 장난감, 의류, oyuncak*, giysi, ayakkabı, ألعاب, ملابس, شاي, đồ chơi, mainan,"
)
"""Goods that no graphics card is, each named plainly."""

FITTING = (
    "holder+, bracket+, cooler+, fan+, backplate+, back plate+, water block+, heatsink+, heat sink+, riser+,"
    "riser card+, riser cable+, cable+, power cable+, usb cable+, case+, computer case+, pc case+, empty box*, box,"
    "boxes, stand+, dock+, docking station+, enclosure+, mount+, support bracket+, thermal pad+, thermal paste,"
    "power suppl*, extension cable+, adapter cable+, anti sag, halter*, halterung*, kühler*, lüfter*, kabel*,"
    "support+, ventilateur+, câble+, ventilador*, soporte+, кабел*, кулер*, вентилятор*, держател*, 支架, 散热器,"
    "散熱器, 风扇, 風扇, 电源线, 延长线, 数据线, 水冷头, 背板, 空盒, 包装盒,"
)
"""What is fitted to or sold with a card: after its name ("GPU cooler") it is the goods, and the card is not."""

NEUTRAL = (
    "new, used, old, refurbished, various, assorted, mixed, different, other, some, several, misc, miscellaneous,"
    "spare, general, pcs, pc, pieces, piece, unit, units, set, sets, box, boxes, carton, cartons, lot, lots, pallet,"
    "pallets, and, or, of, with, for, in, to, as, the, a, an, per, only, kg, no, not, und, mit, von, et, avec, de,"
    "du, des, y, con, e, di, i, z, и, с, для, новые, разные, neu, gebraucht, neuf, usado, nuevo, diverse, divers,"
    "varios,"
)
"""Words that say nothing of the goods beside one of the vague ones."""

PURPOSE = (
    "for, für, zum, zur, pour, para, voor, till, för, для, до, do, için, dla, to fit, compatible with, fits,"
    "suitable for, used with, used in,"
)
"""What follows is what the goods are for, and not what they are."""

ABSENCE = (
    "no, not, without, excluding, excl, excludes, except, w o, ohne, kein, keine, sans, sin, sem, senza, без, bez,"
    "zonder, 不含, 无, 無, 没有,"
)
"""What follows is said to be absent."""

FOR_PARTS = (
    "without gpu, without die, without chip, without core, no gpu, no core, no chip, bare board, bare pcb, empty pcb,"
    "pcb only, donor, for parts, for repair, for spares, spare board, not working, non working, non functional,"
    "defective, faulty, broken, damaged, dead card, dead board, scrap, ohne gpu, ohne chip, ohne kern, leerplatine,"
    "ersatzteilspender, bastler, als ersatzteil, für ersatzteile, defekt, kaputt, sans gpu, sans puce, pour pièces,"
    "en panne, hors service, défectueu, sin gpu, sin chip, para piezas, para repuestos, averiad, defectuos, sem gpu,"
    "sem chip, para peças, senza gpu, senza chip, per ricambi, guast, difettos, bez gpu, bez chip, bez układu,"
    "na części, uszkodz, niesprawn, без чипа, без ядра, без gpu, без гпу, на запчаст, под восстановлен, неисправн,"
    "нерабоч, не рабоч, сломан, voor onderdelen, zonder gpu, zonder chip, arızalı, bozuk, parça için"
)
"""How papers say openly that a board lacks something or is broken: beginnings of words."""

FOR_PARTS_UNSPACED = (
    "空板, 裸板, 光板, 无核心, 無核心, 无芯, 無芯, 缺核心, 没有核心, 废板, 坏卡, 坏板, 故障, 报废, 不良, 部品取り,"
    "ジャンク, 고장, 부품용"
)
"""The same in scripts that write no blanks: they may stand anywhere."""
