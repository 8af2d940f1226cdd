# 命令行的帮助：招标人、投标人和各种角色的人用的命令。写法见 help.ftl。

help-key = 签名密钥：生成，查看公开的部分
help-key-new = 生成新的 Ed25519 签名密钥
    .about-long =
        文件只有本人能读（权限 0600）。加 --passphrase 另上一道口令，每次使用都要输入（或取自 XIMU_PASSPHRASE）。
        谁有这把密钥，谁就能以您的名义签名，直到管理人员换掉它（ximu admin replace-key）；它打不开任何投标：
        打开投标的密钥在 ximu bid seal 写出的目录里。
    .out = 写到哪里；必须还不存在
    .passphrase = 用口令锁住，输入两遍
help-key-archive = 生成打开封存件的 age 身份文件，并显示它的接收者
    .about-long =
        给保管记录的人用，不给交易中心：ximu journal archive 只需要接收者。文件是 age 格式（age-keygen 写的也可以）；
        丢了它，封存给它的记录就再也打不开。
    .out = 写到哪里；必须还不存在
help-key-prove = 证明新密钥确在您手里，由管理人员据此换下旧密钥；不发送
    .about-long =
        写出带证明的 replace_key 命令；加 --old-key 时另有旧密钥的附署。密钥文件留在您手里，只把这个文件交给管理人员。
        管理人员核实您是本人后，在登记簿的办事台上，或用 ximu act registry FILE 发出。
    .file = 您的新密钥文件
    .person = 您的人员编号（对第一把密钥用 ximu key show 可以看到）
    .old_key = 您原来的密钥，还在手里时提供：有它的附署，新密钥还可以更改用旧密钥提交的投标；没有，就只能解密
    .out = 命令写到哪里
help-key-show = 显示公钥、是否上锁、登记后的人员编号
    .about-long =
        加 --centre 时，向该中心的登记簿查这把密钥是谁的：单位编号、是否准入、有哪些角色。上了锁的密钥也不用输入口令。
    .file = 密钥文件
    .centre = 交易中心的网址；向它的登记簿查单位

## 招标人

help-tender = 招标人的工作：凭规则文件和招标文件发布项目
    .about-after =
        从规则文件到开标。发布以后的一切，用 ximu act，或者在浏览器里项目的办事台上办理：

        { $examples }
help-tender-publish = 凭规则文件和招标文件发布项目
    .about-long =
        检查规则，上传文件，请规则里的每家份额持有中心为本项目单独生成期次密钥，签名并发出。前面有一步不成，就什么也不发布。
    .rules = 规则文件（TOML），例如 procedures/vectors/cn-construction-open.tender.toml
    .documents = 一份招标文件；可重复
    .presets = 放预设的目录，先于规则文件旁边的和程序内置的
    .peers = 份额持有中心的网址，交易中心没有给出时要写；可重复
    .json = 以 JSON 输出答复
help-tender-show = 显示项目到了哪一步，或者等它到某一步
    .about-long =
        内容以交易中心所说为准；是否属实，看 ximu verify 的结果。每行一件事：stage（阶段）、deadline（投标截止时间），以及已有的
        listed（开标名单家数）、closed（不打开的投标）、rank（排名）、opened（没有名次的投标）、candidate（中标候选人）、
        bond（唱标之后、规则要求保证金时：ok 有效，missing 没有）、bond-returned（保证金已退还）、awarded（定标）。
    .tender = 项目的网址，例如 https://centre.example/tenders/yc-2020-0603
    .wait = 等到这个阶段或更后的阶段：window（解密窗口）、opening（开标）、ranking（排名）、published（公示）、awarded（定标）
    .patience = 最多等多少秒
    .json = 以 JSON 输出全部公开状态
help-tender-contract = 由合同文件做出“合同已签订”的命令；不发送
    .about-long =
        文件留在本机。进入日志的是加盐的承诺值（docs/spec/award.md 3.1）：给谁看文件和盐，谁就能核对是不是这份合同。
        两样都要保存。命令用 ximu act 发出。
    .file = 已签订的合同
    .salt = 盐的文件；没有就新生成
    .price = 价格，单位元，两位小数：须是中标价，交易中心会核对
    .signed = 签订时间（RFC 3339）；不写时为现在
    .out = 命令写到哪里
help-tender-check = 检查规则文件，显示其规范形式的哈希；不发送
    .rules = 规则文件（TOML）
    .presets = 放预设的目录，先于规则文件旁边的和程序内置的
    .json = 改为输出规范形式的规则

help-act = 把您写成 JSON 的一条命令签名，发给交易中心：每个角色能做的，都能这样做
    .about-long =
        COMMAND.json 里只写命令本身；程序补上日志、项目和随机数，对规范形式签名，然后发出。次序和空格不限；
        不认识的或重复的成员会指名拒绝。例如（全部命令见 docs/spec/journal.md 第 4 节）：

        { $examples }

        文字 "@时间"（RFC 3339）表示毫秒数，"@文件" 表示 COMMAND.json 旁边那个文件的内容；以 @ 开头的文字写成 @@。
        提问要用专门生成的密钥签名（ximu key new）：用登记过的密钥会暴露提问人，会被拒绝。退出码：0 受理，3 拒绝。
    .procedure = 项目编号，例如 yc-2020-0603；登记簿写 registry
    .command = 写着指令的文件
    .documents = 先上传的文件，并加进命令的 documents；可重复
    .when_due = 为时过早时，等到拒绝中所说的时刻，再发一次
    .wait = 等到受理的命令进入已联署的检查点
    .json = 以 JSON 输出答复，带受理回执和它所指的原始字节

## 投标人

help-bid = 投标人自己的工具：密封、提交、取入链凭证、撤回、解密
    .about-after =
        一份投标，从密钥到开标。FINGERPRINT 是招标公告上写的见证策略指纹；PAGE 是项目的网址，例如
        https://centre.example/tenders/yc-2020-0603：

        { $examples }

        最后一条在投标截止之后、网页所示的解密窗口之内执行。bid.json 是唱标的内容：

        { $examples2 }
help-bid-apply = 报名投标（规则要求时）：文件在本机算哈希，只发出加盐的承诺值
    .about-long =
        写出一个目录，每份文件和账户各有一条记录：拿着文件和记录，就能看出它就是当初承诺的那份。投标截止之前，
        除了规则指定的资格审查人，谁也不知道有人报名。用同一个目录重复执行，还是同一次报名。
    .tender = 项目的网址，例如 https://centre.example/tenders/yc-2020-0603
    .credentials = 一份资格证明文件，写成“名称=文件”，名称按规则；每项一份。只在本机算哈希，不传出
    .members = 联合体的另一个成员，写单位编号；可重复
    .bond = 保证金的形式：cash（现金）、cheque（支票）、guarantee（保函）或 insurance（保险），以规则允许的为限
    .account = 写着付款账户的文件，只有一行；只发出加盐的承诺值
    .policy = 您所依据的见证策略：它的指纹（取自招标公告，不经过这个网络）或文件
    .out = 存放记录的目录：每份文件一条、account.record 和签了名的命令。目录已经在时，把其中的再发一次
    .json = 以 JSON 输出答复
help-bid-seal = 在本机密封投标，开标之前谁也读不到
    .about-long =
        写出一个目录：form.age（唱标内容）、body.age（投标文件正文）、两把密钥 form.key 和 body.key（age 身份文件：
        age -d -i form.key form.age | tar t 即可打开），以及 submission.json。开标一览表密封给您自己；规则有规定时，
        另分成份额交给份额持有中心。正文密封给您自己；规则规定评标委员会阅读投标文件（papers）时，另分成份额，由份额
        持有中心只交给评标委员会各席位。密封之前先说明在您的项目里谁能打开什么。form.key 请另存一份，放在开标时找得到的地方。
    .tender = 项目的网址，例如 https://centre.example/tenders/yc-2020-0603
    .form = 唱标内容：bidder_name、bond、quality、duration_days、manager，以及 lines [{"{"}item, unit, quantity, unit_price{"}"}]；price、price_words 和合计由程序算出，写了就核对
    .files = 正文的一个文件；可重复
    .as_written = 按所写的样子密封，即使大小写金额、合计与数字不一致：开标时当众标明，不作任何更正
    .answers = 某个评审因素在哪里应答，供评标委员会阅读时查找：因素=文件，或因素=文件#页码；可重复
    .replaces = 本次投标所替换的那份投标的目录
    .policy = 您所依据的见证策略：它的指纹（取自招标公告，不经过这个网络）或文件
    .out = 写到哪个目录
help-bid-submit = 上传密封的投标，等待入链凭证；重复执行不会改变什么
    .folder = ximu bid seal 写出的目录
    .no_wait = 不等入链凭证；以后用 ximu bid receipt 取
    .json = 以 JSON 输出答复
help-bid-receipt = 取已提交投标的入链凭证，或核对手里的那份
    .folder = 投标的目录
    .centre = 交易中心的网址，从那里取入链凭证并核对
    .policy = 见证策略文件：据此核对目录里的入链凭证，不用网络
    .json = 以 JSON 输出结果
help-bid-withdraw = 在截止之前撤回投标
    .folder = 投标的目录
    .json = 以 JSON 输出答复
help-bid-open = 开标时：把开标一览表的密钥交给份额持有中心，或请他们协助解密
    .about-long =
        同一条签名命令也交给每一个份额持有中心：主场不记录的，由持有中心在解密时段结束后代为提交。持有中心签字的收讫留在目录里。
    .folder = 投标的目录
    .rescue = 开标一览表的密钥丢了：请份额持有中心打开，以规则允许为限
    .peers = 份额持有中心的网址，写成“名称=网址”，补充主场所说的；可重复
    .policy = 见证策略文件：有了它和 --peer，主场不应答时也能找到份额持有中心
    .json = 以 JSON 输出答复
help-bid-hand = 把签了名的解密或请求协助解密命令交给份额持有中心
    .about-long =
        持有中心的收讫写在指令文件旁边，名为 命令.handed.json。至少有一个持有中心收下则退出码为 0，一个也没有则为 3。
    .command = 签了名的指令文件：投标目录里的 release.json 或 rescue.json
    .centre = 交易中心的网址，用它所说的见证策略和持有中心网址
    .peers = 份额持有中心的网址，写成“名称=网址”；可重复
    .policy = 见证策略文件：有了它就不问主场
    .json = 以 JSON 输出持有中心的收讫

## 评标委员会

help-committee = 评标委员会成员自己的工具：入席、申报回避、密封评分、签署报告；以及入席时的核对
    .about-after =
        专家库管理方在轮到自己的专家库时将其冻结，抽取之后通知被抽中的人何时到何处；PAGE 是项目网页：

        { $examples }

        成员的工作依次如下。

        成员以“叶”为代号：从专家库抽中的加盐哈希，由专家库管理方告知本人。签名用只为这个席位生成的密钥，因此谁也不能从日志里
        读出姓名。入席时，先由认识本人的专家库管理方核对，再由在工位见到本人的见证人员核对：

        { $examples2 }

        或者用一个文件在几个人之间传递：

        { $examples3 }

        然后：

        { $examples4 }

        随时可用 ximu committee see 查看评标委员会到了哪一步、该您做什么。每次签名之前，本机都从联署过的日志重新裁定一遍。
        退出码：0 受理，3 拒绝。
help-committee-pool = 把专家名单变成抽取所需的专家库：不带姓名的叶，以及只有管理方才有的底册
    .about-long =
        名单是文本文件，一行一位专家，列之间用制表符（从电子表格复制出来即是）：专业类别，管理方据以识别本人的记录；
        须回避的再加一列事由：employment（任职）、kin（近亲属）、interest（利益关系）、authority（监督部门）或 barred（禁止评标）。
        每次都用新的盐，谁也认不出以前抽取过的专家。轮到本专家库时，用 ximu act 和管理方的密钥递交命令；
        底册要留好，只有它说得出一片叶是谁。这条命令什么也不发送。
    .list = 专家名单文件
    .pool = 专家库在规则中的编号
    .book = 底册写到哪里，只供管理方使用；文件不得已经存在
    .command = 冻结专家库的命令写到哪里
help-committee-drawn = 说出底册里的哪些专家现在是评标委员会成员，哪些已经回绝
    .about-long =
        叶来自交易中心的公开状态，姓名来自底册，哪里也不去。
    .book = ximu committee pool 写出的底册
    .tender = 项目网页，例如 https://centre.example/tenders/yc-2020-0603
help-committee-sit = 请求入席，两方核对之后就座：经主场的等候处，或者用一个文件
    .about-long =
        不写 --form 时用主场的等候处：等到专家库管理方和见证人员都核对过（ximu committee door），随即就座。
        写 --form 时改用文件：第一次执行写出席位表，交给专家库管理方（招标人代表交给招标人）和见证人员，
        各用 ximu committee vouch 签名；两个签名齐了，再执行同一条命令就座。
    .procedure = 项目编号
    .seat = 工位名称，1 到 64 个字符：A-Z a-z 0-9 和 -
    .leaf = 您的叶，由专家库管理方或招标人告知；新写席位表时要写
    .form = 席位表文件，代替主场的等候处
    .identity = 在提供人脸比对的中心，您的身份怎样核验：只由工作人员核验，或者经您同意再比对人脸；两种方式入席完全相同，不写则由工作人员看证件
    .identity-is-officer = 由工作人员看证件
    .identity-is-face = 工作人员再把到场者的脸与证件照片比对一次
help-committee-door = 列出等候入席的人，并为其中一人作证
    .about-long =
        专家库管理方（招标人代表由招标人）先说明这是哪一位成员；见证人员见到本人，再为同一位成员作证。
        谁都可以来等候：请把公钥与本人屏幕上的核对。
    .procedure = 项目编号
    .vouch = 为持这把席位公钥等候的成员作证
    .who = 您以什么身份作证
    .who-is-keeper = 专家库管理方；对招标人代表则为招标人
    .who-is-officer = 评标场所的见证人员
    .leaf = 是哪一位成员；见证人员可以不写，即为专家库管理方所说的那位作证
    .config = 带有 [faces] 一节的设置文件
    .face_document = 证件照片，PNG 或 JPEG；由见证人员使用，须经成员同意
    .face_seat = 在工位拍的照片，PNG 或 JPEG，例如摄像头的一帧
    .although_different = 人脸不一致仍然作证：您已凭证件作出判断
help-committee-vouch = 在席位表上为成员作证：您认识本人（keeper），或在工位见到本人（officer）
    .about-long =
        先看本人：专家库管理方知道这片叶是谁，见证人员看到坐在那里的是谁。两方签的是同一段话
        （ximu-seat/1：日志、项目、叶、公钥、接收者、工位），所以谁也不能单独让人入席。
        成员选定了核验方式的，见证人员连同比对结果一并签名（ximu-seat/2）：在 ximu.toml 有 [faces] 的机器上用 --face-document 和
        --face-seat（见 docs/faces.md）。比对须有成员在席位表上的同意。不一致并不拒绝任何人：请再看证件，用 --although-different 签名，或者不签。
    .form = 成员带来的席位表
    .who = 您以什么身份签名
    .who-is-keeper = 专家库管理方；对招标人代表则为招标人
    .who-is-officer = 评标场所的见证人员
    .leaf = 您为哪片叶作证；席位表上必须相同
    .config = 带有 [faces] 一节的设置文件
    .face_document = 证件照片，PNG 或 JPEG；由见证人员使用，须经成员同意
    .face_seat = 在工位拍的照片，PNG 或 JPEG，例如摄像头的一帧
    .although_different = 人脸不一致仍然作证：您已凭证件作出判断
help-committee-see = 按本成员能看到的，说明评标委员会到了哪一步、该您做什么
    .wait = 一直看到该您做什么，或者评标结束
help-committee-declare = 申报有无利害关系；申报之前，其他一概不受理
    .none = 没有
    .ground = 有，事由如下：由别人替换您
    .ground-is-employment = 在或曾在投标人、招标人或招标代理任职
    .ground-is-kin = 是任职者的近亲属
    .ground-is-interest = 与投标人有利益关系
    .ground-is-authority = 属于监督本项目的行政部门
    .ground-is-barred = 被禁止参加评标
    .bidders = 与哪家；可重复
help-committee-chair = 推选主任
    .vote = 您推选的成员的叶；写 first 即评标委员会的第一位
help-committee-papers = 打开投标文件：列出或写到目录里，并说明哪个评审因素在哪里应答
    .about-long =
        份额持有中心只把份额交给评标委员会的席位，由您的席位密钥合成。每个信封都先读到底、核对完，才留下其中的内容。
        不写 --out 时只列出文件。投标人标明的应答位置显示在文件旁边，不产生任何后果。
    .bids = 打开哪一家的文件；可重复；不写则全部
    .out = 写到哪个目录，每家一个子目录；目录不得已经存在
    .wait = 等到足够多的持有中心交来份额
help-committee-sheet = 密封您的评分表；全部评分表同时打开之前，谁也读不到
    .about-long =
        文件是 JSON：每份投标按每个评审因素的分数，{"{"}"p-1f...": {"{"}"plan": "18.5", "record": "8"{"}"}{"}"}。
        用 --blank 写出空表。后来被请去评分的人（接替别人的），只评还缺的投标。
        全部评分表同时打开之前谁也读不到，交易中心也不能。
    .file = 写着您的分数的文件
    .blank = 写出一份空的评分表，不提交
    .wait = 一直等到要求评分
help-committee-correct = 评分公开之后，按法定原因更正自己的一项评分
    .bidder = 哪份投标
    .criterion = 哪个评审因素
    .score = 新的分数
    .cause = sum_error（汇总错误）、out_of_range（超出范围）、inconsistent_objective（客观分不一致）或 abnormal（畸高畸低）
    .reason = 文字说明
help-committee-abnormal = 指出另一成员的评分畸高或畸低
    .bidder = 哪份投标
    .criterion = 哪个评审因素
    .of = 打分的成员的叶
help-committee-justify = 为自己被指畸高畸低的评分说明理由
    .bidder = 哪份投标
    .criterion = 哪个评审因素
    .reason = 理由
help-committee-ask = 主任要求投标人书面澄清
    .bidder = 哪家
    .text = 哪里不清楚；不得要求改变实质内容
help-committee-reject = 按七种法定情形之一提议否决一份投标；同时算您的一票
    .bidder = 哪份投标
    .ground = unsigned（未盖章签字）、no_consortium_agreement（无联合体协议）、unqualified（不合资格）、two_bids（两份不同投标）、price（报价）、unresponsive（未实质性响应）或 offence（违法行为）
    .reason = 文字说明
help-committee-vote = 就否决提议表决
    .proposal = 提议的序号，从 1 起
    .agree = 同意否决
    .against = 不同意
    .reason = 文字说明
help-committee-more-time = 认为评标时间不够；超过三分之一的成员这样说，延长一次
help-committee-draft = 主任固定待签署的评标报告
help-committee-sign = 重新计算报告，然后签署
help-committee-dissent = 书面保留意见
    .text = 您的意见和理由
help-committee-leave = 离席；这把密钥不再签名
