# 命令行：所见，也就是应为什么、实为什么。怎么办见 advice.ftl。

## 各命令共用

found-at = { $place }（技术信息：{ $error }）
found-output = 写不出到标准输出（技术信息：{ $error }）
found-file-read = 读不了 { $path }（技术信息：{ $error }）
found-file-write = 写不了 { $path }（技术信息：{ $error }）
found-file-remove = 删不了 { $path }（技术信息：{ $error }）
found-file-make = 建不了 { $path }（技术信息：{ $error }）
found-file-folder = 建不了目录 { $path }（技术信息：{ $error }）
found-file-name = 改不了名 { $path }（技术信息：{ $error }）
found-file-encode = 写不成 JSON：{ $path }（技术信息：{ $error }）
found-noun-policy = 见证策略
found-noun-commitment = 承诺值
found-no-file = 没有这个文件：{ $path }
found-no-folder-for = { $path } 所在的目录不存在
found-denied = 没有权限使用 { $path }
found-is-folder = { $path } 是目录，不是文件
found-is-file = { $path } 是文件，不是目录
found-full = 磁盘已满，写不下 { $path }
found-no-text = { $path } 不是 UTF-8 文本
found-pin-missing = 应为 64 位十六进制指纹或策略文件，实为 { $text }：不是指纹，也没有这个文件
found-file-exists = { $path } 已有文件，这里应该没有
found-folder-exists = { $path } 已有目录，这里应该没有
found-name-taken = { $path } 已经存在，应写还没有用过的名称
found-name-text = { $path }：文件名应是文本
found-too-long = { $path }：最多 { $max } 字节，实际更长
found-language = 语言应写 zh 或 en，实为 { $tag }
found-randomness = 系统给不出随机数（技术信息：{ $error }）
found-no-terminal = 应从终端输入口令（技术信息：{ $error }）
found-listen = 不能在 { $listen } 上监听（技术信息：{ $error }）
found-listen-taken = 不能在 { $listen } 上监听：这个端口已被别的程序占用
found-values = 应为 { $expected }，实为 { $found }
found-values-named = 应为{ $noun } { $expected }，实为 { $found }
found-cut = 文件不完整：到第 { $found } 字节就结束了，至少应有 { $expected } 字节
found-cut-in = 文件不完整：到第 { $found } 字节就结束了（{ $path }），至少应有 { $expected } 字节
found-byte = 第 { $at } 字节
found-byte-in = 第 { $at } 字节（{ $path }）
found-the-end = 文件的结尾
found-bundle-byte = { $place }与这些文件组成的核验包应有的不同，实为 { $found }
found-bundle-checksum = { $place }应为该文件内容的校验和，实为 { $found }
found-bundle-begin = 核验包应以 PK 开头，实为 { $found }
found-runtime = 系统给不出线程（技术信息：{ $error }）
found-no-table = { $path }：应有 [{ $table }] 这一节，没有找到
found-store = 应写 --store sqlite:目录，实为 { $found }
found-policy = 见证策略读不懂（技术信息：{ $error }）
found-centre-policy = 该中心的见证策略读不懂（技术信息：{ $error }）
found-founding-policy = 创立时的见证策略读不懂（技术信息：{ $error }）
found-pin = 应为 64 位十六进制指纹或策略文件，实为 { $digits } 位：{ $text }
found-no-policy = { $text } 不是见证策略（技术信息：{ $error }）
found-policy-differs = 应为见证策略 { $expected }，这个中心用的是 { $found }
found-procedure-unlogged = 日志 { $origin } 里没有项目 { $procedure }
found-procedure-at = { $address } 没有项目 { $procedure }
found-tender-state = 项目的状态读不懂（技术信息：{ $error }）
found-log-missing = { $server }：没有日志的条目包 { $path }
found-centre-key = { $server } 给出的日志公钥读不懂（技术信息：{ $error }）
found-peer-address = { $server } 没有给出 { $name } 的网址
found-acknowledgement = 中心的受理凭证不成立（技术信息：{ $error }）
found-uncosigned-command = 这条指令还没有进入已联署的检查点
found-no-documents = --doc 只用于 amend、answer 和 publish，这条指令不带文件
found-clock-off = 时钟与其他中心相差不应超过 { $max } 毫秒，实际{ $named }
found-clock-ahead = 比 { $name } 快 { $ms } 毫秒
found-tls-certificates = { $path }：应为证书（技术信息：{ $error }）
found-tls-key = { $path }：应为私钥（技术信息：{ $error }）
found-tls-pair = { $path }：应为这份证书的私钥（技术信息：{ $error }）

## 密钥

found-passphrase = { $path }：口令与加锁时的不同
found-passphrase-twice = 两次口令应当相同，且不能为空
found-key-file = { $path } 不是密钥文件（应有 ximu-key/1 一行、public 一行、secret 或 locked 一行）
found-key-access = { $path }：密钥只应由所有者读取，实际权限是 { $mode }
found-key-party = 这把密钥得不出单位编号

## 投标

found-bid-unsealed = 应有已密封的投标 { $path }，没有找到
found-bid-sealed = { $folder } 里已有一份投标，应写没有投标的目录
found-bid-unsubmitted = { $folder } 里没有递交过的投标
found-no-lot = 项目里没有可以密封 { $name } 的标段
found-no-form = 报价函没有承诺值
found-criterion = 本项目没有评审因素 { $criterion }
found-answer-file = 评审因素 { $criterion } 所指的 { $file } 不在这份投标的文件里
found-origin-differs = 投标是为日志 { $expected } 密封的，这个中心的日志是 { $found }
found-receipt-policy = 回执不成立：投标密封时的见证策略是 { $expected }，这里是 { $found }
found-receipt-no-acknowledgement = 回执不成立：没有受理凭证
found-receipt-no-command = 回执不成立：没有签名的指令
found-receipt-other-bytes = 回执不成立：所说的内容与受理凭证的不同
found-receipt-missing = { $folder } 里没有 receipt.json
found-receipt-forgotten = 中心不认得它受理过的指令
found-receipt-unknown = 中心没有这条指令
found-receipt-late = 还没有回执
found-no-application = 项目 { $procedure } 不用报名
found-credential = --credential：应为 { $named } 之一，实为 { $found }
found-credential-missing = --credential：{ $named } 每项都要有，缺 { $id }
found-bond-kind = --bond：应为 { $kinds } 之一，实为 { $found }
found-other-command = { $path } 不是项目 { $procedure } 的报名，而是另一条指令
found-no-centre-or-policy = --centre 和 --policy 至少要写一个

## 招标人

found-doc-too-long = { $path }：最多 { $max } 字节
found-holder = 见证策略里没有份额持有中心 { $holder }
found-epoch-unsigned = { $holder } 的期次密钥不是用策略所写的密钥签名的
found-rules = 规则不成立，共 { $count } 处：
found-rule = { $place }：{ $key } [{ $code }] { $meaning }（技术信息：{ $said }）
found-salt = { $path }：应为 64 位十六进制数字

## 评标委员会

found-seat-key = 这把密钥不是本委员会的席位密钥
found-committee-late = 委员会的工作还没有进入已联署的检查点
found-no-voucher = 这把密钥不能为本委员会的成员作证
found-not-waiting = --vouch { $key }：没有这把席位密钥在等候
found-no-leaf = --leaf：要写明是哪位成员
found-seat-unvouched = 专家库管理方和见证人员还没有都作证
found-new-form-leaf = --leaf：新的席位表要写明您的哈希叶
found-seat-differs = { $path } 不是这把密钥、这个席位、哈希叶、项目和 --identity 的席位表
found-leaf-differs = { $path }：哈希叶应为 { $expected }，实为 { $found }
found-draft-differs = 草案的报告是 { $report }，这里算出的是另一份
found-no-draft = 还没有有效的报告草案
found-no-papers = 规则没有 papers 一节，委员会不查阅投标文件
found-bid-not-evaluated = --bid { $bid }：不是参加评审的投标
found-misfit-missing = 没有写
found-misfit-number = 不是这个因素所要的小数位的数
found-misfit-range = 低于 0 或超出这个因素的分值
found-sheet = { $path }：{ $places }
found-no-criterion = --criterion { $criterion }：规则里没有这个评审因素
found-score = --score { $score }：应为 0 至 { $points } 的数，最多 { $scale } 位小数
found-same-file = --command 和 --book 应是两个文件，现在相同
found-line = { $path } 第 { $number } 行
found-expert-twice = { $path } 第 { $number } 行：每位专家只写一次，{ $record } 重复了
found-no-expert = { $path }：应每行一位专家，一位也没有
found-stratum = 应写专业类别，实为 { $found }（技术信息：{ $error }）
found-no-record = 没有写管理方据以识别本人的记录
found-columns = 最多三列，还有 { $found }
found-ground = 应写回避事由，实为 { $found }
found-not-drawn = 还没有抽出专家
found-face-keeper = --face-document 只用于 --as officer，实为 keeper
found-face-no-choice = 人脸比对须经成员同意，这里没有作出选择
found-face-officer = 人脸比对须经成员同意，该成员只要求由见证人员核验

## 交易中心

found-no-journal = 应为交易中心的数据目录，{ $path } 里没有日志
found-no-data = 应为交易中心或见证中心的数据目录，{ $path } 里既没有 journal 也没有 { $identity }
found-data-there = 应为没有数据的目录，{ $path } 里已有 { $found } 的数据
found-backup-path = 路径应在 { $parts } 之下，实为 { $found }
found-backup-hash = { $path }：应为 { $expected }，实为 { $found }
found-unfounded = 这个日志还没有创立
found-operation-text = 有一条操作不是文本
found-name-unleft = 名称已登记，但没能存入保管库
found-name-differs = 这把密钥登记的名称是 { $expected }（单位 { $party }），实为 { $found }
found-name = --name：应为一行 1 至 { $max } 字节、不含控制字符和方向字符的名称，实为 { $found }
found-policy-log = 见证策略里没有 log { $key } 这一行
found-no-such-policy = 这些密钥组不成见证策略（技术信息：{ $error }）

## 审计与记录

found-not-archive = --identity 用于档案，这里是核验包
found-no-identity = 缺少打开这份档案的身份文件
found-archive-closed = 档案打不开（技术信息：{ $error }）
found-no-bundle-beside = 报告要与核验包一并核验，没有给出核验包
found-no-tender = 应为文件或项目的网址 .../tenders/编号，实为 { $found }
found-kind = 应为 { $kinds } 之一，实为 { $found }
found-one-tender = 应在 { $ids } 中指明一个项目，现在没有或不止一个
found-record-not-ready = 还不能制作 { $kind }：所记的事尚未发生，或尚未确定
found-ocid-prefix = ocid 的前缀不对（技术信息：{ $error }）
found-ocds-base = OCDS 数据里的网址不对（技术信息：{ $error }）
found-no-procedure = 日志里没有项目 { $procedure }
found-not-ended = 项目应已结束，实际阶段是 { $stage }
found-vault-envelope = 保管库里没有完好的密封件 { $commitment }
found-vault-form = 保管库里没有完好的报价函 { $commitment }
found-vault-document = 保管库里没有完好的文件 { $name }
found-no-checkpoint = 还没有已联署的检查点
found-leaf-below = 叶号应小于 { $size }，实为 { $found }
found-bench-bundle = verify 要用 --bundle 给出核验包，没有给出
found-tool = 运行不了 { $tool }（技术信息：{ $error }）
found-tool-failed = { $tool } 没有成功（技术信息：{ $status }）
found-demo-number = --{ $what } 应是 { $from } 到 { $to } 的数，实为 { $found }
found-demo-odd = --experts 应是单数（招标投标法第三十七条），实为 { $found }
found-demo-foreign = { $folder } 里有别的文件；应为空文件夹，或者 ximu demo 建的文件夹
found-demo-no-port = 127.0.0.1 上没有空闲的端口
found-demo-policy = 见证策略写不出来
found-demo-unasked = 还没有问过各进程
found-demo-silent = 各进程没有应答，日志在 { $logs }
found-demo-standstill = 项目停在阶段 { $stage }，没有往下走
found-demo-state = 读不懂项目的公开状态：{ $error }
found-demo-ended = 演练已被结束
found-demo-executable = 找不到本程序自己的路径：{ $error }
found-demo-start = 进程 { $name } 启动不了：{ $error }
found-demo-forgotten = { $firm }：中心不认识它自己已经受理的命令
found-demo-refused = 演练里的一步（{ $step }）被拒绝：{ $detail }
found-demo-running = { $folder } 里已有一场演练正在运行
found-process-ends = { $name } 应一直运行，却结束了 { $times } 次；它最后说的是：{ $last }
found-process-silent = { $name } 应一直运行，却结束了 { $times } 次，没有留下一句话
found-demo-argument = { $folder } 里的演练开始时用的是 --{ $what } { $kept }，实为 { $found }
found-demo-seat = { $folder } 里的演练开始时 --seat 是另一个
found-demo-fast = { $folder } 里的演练开始时没有 --fast
found-demo-seed = { $folder } 是用另一个种子开始的，实为 --seed { $seed }
