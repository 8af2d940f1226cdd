# 命令行的帮助：总则、各命令共用的词、交易中心与审计者的命令。
#
# 英文写在命令自己的定义里（crates/cli/src/args.rs 和 cmd/），这里是中文。
# 一条命令一条消息，例如 help-tender-publish；.about-long 是详细说明，.about-after 是列表之下的说明，
# 其余属性是参数。{ $examples } 及其后的 2、3 是英文里缩进四格、照样输入的那几段，只写一处。

## 程序自带的词

help-words =
    .usage = 用法：
    .commands = 命令：
    .arguments = 参数：
    .options = 选项：
    .possible = 可以取：
    .some-options = [选项]
    .a-command = <命令>
    .some-command = [命令]
    .default = [默认：
    .some-values = [可以取：
    .aliases = [也可写作：
    .help-command = 显示本页，或某个命令的帮助
    .unknown-argument = 没有 { $examples } 这个参数
    .unknown-command = 没有 { $examples } 这个命令
    .missing-argument = 缺少参数 { $examples }
    .missing-command = 缺少命令
    .conflict = { $examples } 与 { $examples2 } 不能同时使用
    .missing-value = { $examples } 后面缺少值
    .unknown-value = { $examples } 不能写 { $examples2 }；可以取：{ $examples3 }
    .wrong-value = { $examples } 不能写 { $examples2 }（技术信息：{ $examples3 }）
    .number-of-values = { $examples } 的值个数不对

## 填在参数后面的值

help-values =
    .LANGUAGE = 语言
    .N = 数
    .T = 数
    .WHOSE = 席位
    .ADDRESS = 地址
    .DIR = 目录
    .FILE = 文件
    .STORE = 存储
    .URL = 网址
    .RULES = 规则文件
    .NAME_URL = 名称=网址
    .STAGE = 阶段
    .SECONDS = 秒
    .AMOUNT = 金额
    .TIME = 时间
    .PROCEDURE = 项目
    .COMMAND = 指令文件
    .CREDENTIAL_FILE = 名称=文件
    .CRITERION_FILE_PAGE = 因素=文件#页码
    .HOW = 方式
    .PARTY = 单位
    .KIND = 种类
    .HASH_OR_FILE = 指纹或文件
    .HASH_FILE = 指纹或文件
    .bid_json = bid.json
    .FOLDER = 目录
    .BUNDLE = 核验包
    .ID = 项目
    .SEAT = 工位
    .HASH = 哈希
    .KEY = 公钥
    .WHO = 身份
    .FORM = 席位表
    .LIST = 名单
    .BOOK = 底册
    .GROUND = 事由
    .BIDDER = 投标人
    .LEAF_first = 叶或first
    .CRITERION = 评审因素
    .SCORE = 分数
    .CAUSE = 原因
    .REASON = 理由
    .LEAF = 叶
    .TEXT = 文字
    .PROPOSAL = 序号
    .FILE_OR_URL = 文件或网址
    .PREFIX = 前缀
    .FROM = 序号
    .AGE1 = 接收者
    .ORIGIN_KEY = 日志=公钥
    .NAME_KEY = 名称=公钥
    .QUORUM = 数
    .NAME = 名称
    .PERSON = 人员
    .ROLE = 角色
    .BACKUP = 目录
    .BENCH = 项目
    .AGAINST = 工具
    .MEBIBYTES = 兆字节
    .RUNS = 次数

## 多条命令共用的参数

help-shared =
    .help = 显示帮助（用 --help 看详细说明）
    .help-long = 显示帮助（用 -h 看摘要）
    .lang = 给人看的内容用什么语言：zh 或 en；不写时按系统环境
    .roots = 访问 https 时信任的根证书（PEM 文件），代替公共的那些
    .centre = 交易中心的网址，例如 https://centre.example 或 http://127.0.0.1:8080
    .key = 您的密钥文件（用 ximu key new 生成）
    .json = 以 JSON 输出
    .procedure = 项目编号，例如 yc-2020-0603
    .policy = 见证策略的指纹或文件，见招标公告；不写时以交易中心自己说的为准

## ximu

help = 不需要相信任何人的公共资源交易：开标之前谁也打不开，开标之后人人可核验
    .about-long =
        徙木立信。先试 ximu demo：在这台机器上走完一个项目，从公告到合同和归档，一两分钟。

        所有命令的退出码相同：0 完成或核验通过；1 核验不通过；2 没能完成或读不出；3 交易中心拒绝。
    .version = 显示版本

help-demo = 在这台机器上走完一个项目：主场和其他中心各是一个进程，企业自己密封、自己解密
    .about-long =
        宜昌为主场；江苏、浙江各两家中心，负责见证、保管副本和持有密钥份额。29 家企业参加：27 家列入开标名单，
        一家撤回，一家迟到；25 家自己解密，一家丢了密钥、由份额持有中心协助解密，一家始终不出声。期间有两个提问和答复，
        抽取一个系数和评标专家，第二名对第一名提出异议；定标之后签订合同、退还保证金、归档。

        一切都走真实的 HTTP，最后得到公开核验包，并由核验程序查过。任何进程随时可以被杀掉；用同一个 --data-dir
        再次启动就接着走。
    .bidders = 开标名单上的投标家数，至少 5 （默认 27；--seat evaluator 时 8）
    .experts = 评标委员会人数，5 以上的单数，全部抽取产生（默认 5）
    .centres = 其他中心的家数（默认 4）
    .escrow = 其中几家一起才能打开（默认 3）
    .seed = 使密钥、报价和文件每次都相同；不写时随机
    .fast = 按演练时限允许的最快速度走，全程约半分钟
    .seat = 留一个席位给您：bidder（投标人）、evaluator（评标专家）、supervisor（行政监督部门）、host（交易中心管理员）。程序给出网址和要做的事；其他人照常进行，在法定要等的地方等您，全程约一刻钟（加 --fast 两三分钟）
    .seat-is-bidder = 一个投标人
    .seat-is-supervisor = 行政监督部门
    .seat-is-host = 交易中心管理员，准入各单位
    .seat-is-evaluator = 评标委员会的一名专家
    .exit = 归档并核验之后就结束，不再保留网页
    .listen = 主场网页的地址；不写时用 127.0.0.1:8080，被占用就任选一个端口
    .data_dir = 全部数据放在哪里；不写时在系统临时目录下新建一个
    .bundle = 公开核验包写到哪里（默认为数据目录里的 bundle.zip）

## 交易中心

help-serve = 运行一个交易中心：它的日志、网页和接口
    .about-long =
        设置在 ximu.toml 的 [serve] 表里（ximu admin example-config 给出样例）。数据目录是新的，它就等着被设立
        （ximu admin found）。对外服务和签名之前，它先把自己的数据与已经联署的内容核对；发现时钟倒退就停下。
    .data_dir = 全部持久数据所在的目录；没有就新建
    .listen = 监听地址，代替 ximu.toml 里的设置
    .config = 设置文件；不写时用数据目录里的 ximu.toml
    .store = 日志存放处：sqlite:目录（不写时在数据目录里）
    .sandbox = 用于演练；不加这一项，演练日志一律拒绝

help-peer = 运行另一个中心：见证日志，保管密文的第二份副本，持有密钥份额
    .about-long =
        只有与自己以前联署过的全部内容一致，它才联署；只有自己把整个日志重新裁定了一遍、而且解密窗口对所有人都已结束，
        它才交出份额。设置在 ximu.toml 的 [peer] 表里（ximu admin example-config 给出样例）。
    .data_dir = 全部持久数据所在的目录；没有就新建
    .listen = 监听地址，代替 ximu.toml 里的设置
    .config = 设置文件；不写时用数据目录里的 ximu.toml

help-admin = 交易中心的管理：设立，单位登记与准入，更换密钥，照看数据
    .about-after =
        从零建立一个中心。先有密钥和见证策略，再写设置；启动之后，在它运行时设立；再用 doctor 检查有什么不好：

        { $examples }

        单位自己登记；管理人员在别处核对它是谁，然后准入：

        { $examples2 }
help-admin-policy = 由各方公钥写出见证策略；凡要信任本中心的人，都应另有途径得到它
    .about-long =
        策略的指纹写到标准错误：它是所写出的策略文件的 SHA-256，供所有人固定。
    .log = 日志的名称和中心的公钥：密钥文件，或 ximu key show 中 public 的 64 位十六进制数
    .witnesses = 一个见证中心的名称和公钥，写法同上（其他中心只给这串数字，绝不给密钥文件）；每家写一次
    .quorum = 至少几家联署才算数；须过半数，这样两套不同的历史不可能都得到联署
help-admin-found = 设立一个中心：日志的第一条，由第一位系统管理员签名
    .name = 单位名称，存在保管库里，不进日志
    .policy = 检查点怎样才算联署的见证策略（C2SP tlog-policy）；把它的指纹告诉所有人
    .rehearsal = 这个日志永远只用于演练（规则里带 [sandbox] 表的项目）
    .json = 以 JSON 输出答复
help-admin-register = 登记您的单位，您是它的第一个人；之后由管理人员准入
    .about-long =
        发送之前，名称和它的盐先写进密钥旁边的 FILE.party.json。因此同一条命令可以重复：指的是同一个单位，得到同一个编号。
        以后可用 ximu key show FILE --centre URL 再查编号。
    .name = 单位名称，存在保管库里，不进日志
    .json = 以 JSON 输出答复，带单位编号
help-admin-admit = 准许一个已登记的单位以一种或多种角色办事
    .party = 单位编号，登记时显示过（ximu key show FILE --centre URL 可再查）
    .roles = 角色，可重复。可以是 administrator（系统管理员）、operator（平台运营）、tenderer（招标人）、agent（招标代理）、bidder（投标人）、evaluator（评标专家）、delegate（招标人代表）、witness_officer（见证）、supervisor（行政监督部门）、auditor（纪检审计）、pool_keeper（专家库管理）、qualification_officer（资格审查人）、bond_keeper（保证金收讫方）
    .json = 以 JSON 输出答复
help-admin-replace-key = 旧密钥丢失或被盗时，给一个人换上新的签名密钥
    .about-long =
        旧密钥签过的仍然有效，已经提交的投标仍然算数：打开投标的密钥在 ximu bid seal 写出的目录里，不是签名密钥。
        本人不愿交出新密钥文件时，由本人用 ximu key prove 写出命令，再用 ximu act registry FILE 或在登记簿的办事台上发出。
    .person = 人员编号（对第一把密钥用 ximu key show 可以看到）
    .new_key = 这个人的新密钥文件；用它证明新密钥确在本人手里
    .old_key = 这个人原来的密钥，还在手里时提供：有它的附署，新密钥还可以更改用旧密钥提交的投标；没有，就只能解密
    .json = 以 JSON 输出答复
help-admin-backup = 把已停止的中心的数据连同哈希清单复制到一个目录；密钥不在其中
    .data_dir = 中心的数据目录；该中心必须已停止
    .out = 备份写到哪个目录；必须还不存在
help-admin-restore = 把备份放进新的数据目录，逐一核对哈希；备份有损坏就什么也不留下
    .backup = ximu admin backup 写出的目录
    .data_dir = 新的数据目录；里面不能已有中心
    .nothing_cosigned_since = 仅用于备份之后确实没有联署过任何内容的中心：连见证的记忆一并恢复。不加这一项，恢复后的中心仍保管副本和份额，但不再用这把密钥联署它的任何日志
help-admin-doctor = 检查一个中心的数据、设置和相邻中心，说明哪些完好、哪些不好
    .data_dir = 中心的数据目录
    .config = 设置文件；不写时用数据目录里的 ximu.toml
help-admin-example-config = 输出带注释的 ximu.toml 样例

## 日志与核验

help-journal = 读交易中心的日志，逐步重新裁定，写出公开核验包
    .about-after =
        不改动任何数据，交易中心可以照常运行。例如：一个项目里说过什么；第 42 片叶是怎样裁定的；给所有人的核验包，并核验它：

        { $examples }
help-journal-show = 列出日志的叶：何时、哪个项目、说了什么、引起了什么
    .data_dir = 交易中心的数据目录
    .from = 从哪一片叶开始
    .procedure = 只看这个项目的叶；登记簿写 registry
    .json = 每行输出一个 JSON 对象
help-journal-step = 把日志重新裁定到某一片叶，显示它和前后的状态
    .leaf = 叶的序号，见 ximu journal show
    .data_dir = 交易中心的数据目录
help-journal-export = 按最近一次联署的检查点写出公开核验包
    .data_dir = 交易中心的数据目录
    .config = 设置文件，其中写明中心的密钥：核验包的清单由它签名
    .out = 写到哪里
help-journal-archive = 把一个项目的全部记录封存起来，交给保管的人
    .about-long =
        包括公开核验包和提交过的每一个密封件。封存件由中心的密钥签名，并加密给各接收者（age 格式）：
        持有其中一个身份文件的人用任何 age 工具都能打开，ximu verify FILE --identity KEY 核验其中的一切。

        封存之后要把它记入日志：--command 写出的命令，用 ximu act 和中心的密钥发出。按法定年限保管，
        连同本命令显示的见证策略指纹。
    .procedure = 项目编号
    .data_dir = 交易中心的数据目录
    .config = 设置文件，其中写明中心的密钥
    .recipients = 谁能打开：age 接收者（ximu key archive 生成）；可重复
    .out = 写到哪里
    .command = 记入日志的命令写到哪里

help-verify = 核验一个公开核验包：其中每个签名、联署、证明、裁定、开标和排名
    .about-long =
        核验文件时不用网络。不写 --policy，答案只是“在某某策略之下一致”，不是“属实”：谁能编造几个中心，
        谁就能编造一个自相一致的核验包。请写上您从别处得知的见证策略指纹：报纸、行政监督部门或另一个中心。

        退出码：0 通过，1 不通过，2 读不出或无法比对。
    .about-after =
        依次为：一个文件；由交易中心提供的一个项目；同一日志的两个核验包是不是同一段历史；一份报告是不是日志所说的；
        一个封存件，用能打开它的身份文件：

        { $examples }
    .bundle = 核验包文件，或项目的网址，例如 https://centre.example/tenders/yc-2020-0603
    .policy = 您所依据的见证策略：它的指纹或文件
    .vault = 放着不公开密封件的目录，供有权得到它们的审计者使用；文件以承诺值命名
    .compare = 同一日志的另一个核验包、检查点，或某份投标的 receipt.json：两者必须是同一段历史
    .identity = 能打开封存件（ximu journal archive）的 age 身份文件
    .bundle_of = 核对报告（ximu report 的 PDF）时所对照的核验包文件（项目的记录页面提供下载），或项目的网址
    .record_only = 只核对报告所附的记录；页面上显示的内容由您自己比对
    .fonts = 字体文件，代替系统里的字体；可以重复：每个字取自第一个有它的字体
    .json = 以 JSON 输出核验报告

help-report = 生成一个项目的正式记录：开标记录、评标报告、中标候选人公示、中标公告
    .about-long =
        先核验核验包；核验不通过就不生成报告（退出码 1）。同样的记录、名称和字体，得到的文件逐字节相同。
        生成 PDF 需要有汉字的字体：apt-get install fonts-noto-cjk。
    .bundle = 核验包文件，或项目的网址，例如 https://centre.example/tenders/yc-2020-0603
    .kind = 哪一种记录：opening_record（开标记录）、evaluation_report（评标报告）、candidate_notice（中标候选人公示）、award_notice（中标公告）
    .out = 报告写到哪里
    .html = 不写 PDF，而写 HTML，语言按 --lang
    .tender = 项目编号；核验包里不止一个项目时要写
    .fonts = 字体文件，代替系统里的字体；可以重复：每个字取自第一个有它的字体
    .policy = 您所依据的见证策略：它的指纹或文件

help-ocds = 由公开核验包写出每个项目的 OCDS 发布和汇总
    .about-long =
        先核验核验包；不写 --policy，只说明一致，不说明属实（见 ximu verify）。退出码：0 完成，1 核验不通过，2 读不出。
    .bundle = 核验包文件
    .out = 写到哪个目录：releases/N.json，最新的在前；records/OCID.json
    .prefix = 发布者的前缀；不写时用占位的 ocds-ximu00，它没有向任何机构登记
    .base = 发布者的网址；不写时用 https 加日志名称中的域名
    .policy = 您所依据的见证策略：它的指纹或文件

help-bench = 测量密封、打开、核验的速度，并与其他工具比较
    .bench = 测什么；不写时测全部密封和打开
    .bench-is-seal = 密封一个文件：加密、分份额、算承诺值、再打开比对
    .bench-is-open = 把一个密封件打开到目录里，做全部核对
    .bench-is-verify = 核验一个公开核验包
    .against = 同时测量的其他工具，用逗号分开；结果是同一轮里用时的倍数
    .against-is-age = age：只加密或解密
    .against-is-age-digest = age，再对密文做 sha256sum：加密加承诺值
    .against-is-rage = rage（已安装时）
    .mebibytes = 密封的文件大小，单位 MiB
    .runs = 每个工具运行几次
    .bundle = verify 所测的核验包（ximu demo --bundle out.zip 可生成）
    .dir = 要测的磁盘上的目录；不写时用临时目录
    .json = 每行输出一个 JSON 对象
