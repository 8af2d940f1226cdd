# 命令行：办成之后打印的话。

## 各命令共用

cli-accepted = 已受理
cli-refused = 已拒绝 [{ $code }]：{ $said }
cli-refusal-signed = 拒绝有中心的签名，已写入日志
cli-next = 下一步：{ $text }
cli-policy = 策略指纹 { $policy }
cli-hash = 哈希 { $hash }

## 密钥

cli-public = 公钥 { $key }
cli-person = 人员编号 { $person }
cli-locked = 加锁：有口令
cli-unlocked = 加锁：没有，能读到文件的人就能签名
cli-party = 单位编号 { $party }
cli-party-none = 单位编号无：这把密钥不在该中心的登记簿里
cli-admitted = 已准入：{ $roles }
cli-not-admitted = 尚未准入
cli-passphrase = { $path } 的口令：
cli-passphrase-new = 新口令：
cli-passphrase-again = 再输入一次：

## 投标

cli-sealing = 密封中
cli-uploading = 上传中
cli-waiting = 等候中
cli-warning = 提醒：{ $what }
cli-words-differ = 大写 { $words } 与报价 { $price } 不符
cli-lines-differ = 工程量清单的合计与报价 { $price } 不符
cli-above-ceiling = 报价 { $price } 高于公布的最高投标限价 { $ceiling }
cli-no-bill = 报价函没有工程量清单
cli-sealed = 已密封第 { $version } 版，报价 { $price }（{ $words }）
cli-keep-form-key = { $folder }：请留存一份 form.key，开标时要用
cli-policy-made = 这份见证策略的指纹：{ $policy }
cli-policy-as-told = 策略指纹 { $policy } 是中心自己说的：请与公告核对
cli-refusal-kept = 签名的拒绝保存在 { $folder }
cli-waits-beat = 投标已保存；它的节拍在 { $at }
cli-waits-close = 投标已保存；它的节拍在截标时
cli-waits-witnesses = 节拍已截取；见证中心正在联署
cli-will-not-count = 这份投标不计入：联署时间应不晚于 { $until }（截止时间加宽限）
cli-receipted-since = 已有回执：{ $at } 起在已联署的日志里
cli-receipted = 已有回执：在日志里
cli-refusal-receipted-since = 拒绝已有回执：{ $at } 起在已联署的日志里
cli-refusal-receipted = 拒绝已有回执：在日志里
cli-receipt-holds = 回执在这个策略下成立
cli-receipt-counts = 这个时间不晚于有效的截止时间加宽限，投标才计入；见正式记录
cli-handed = { $name } 已收到；日志里没有时由它代交
cli-handed-other = { $name } 的答复不是用策略所写的密钥签名的
cli-holders-alone = 中心不答复时，用 --policy 文件 --peer 名称=网址 找到份额持有中心
cli-application-kept = { $folder }：请保存；材料和其记录由您交给审核人员，
cli-application-account = 保证金保管方只要 account.record

## 招标人

cli-rules-hold = { $path }：规则成立
cli-rules-hash = 规则哈希 { $hash }

## 评标委员会

cli-seat = 席位 { $seat }
cli-leaf = 哈希叶 { $leaf }
cli-key = 密钥 { $key }
cli-yes = 已作证
cli-no = 未作证
cli-show-key = 请把您的密钥 { $key } 给专家库管理方和见证人员看；正在等候两人作证
cli-let-vouch = 请专家库管理方和见证人员对它作证，再运行一次这条命令
cli-door-seat = 密钥 { $key } 在 { $seat }，{ $asked } 请求：{ $leaf }
cli-door-no-member = 尚未指明成员
cli-door-no-choice = 没有选择：由见证人员核验身份
cli-door-officer = 该成员只要求由见证人员核验
cli-door-face = 该成员同意比对人脸
cli-door-words = 管理方{ $keeper }，见证人员{ $officer }；{ $choice }
cli-face-match = 人脸相符：相似度 { $similarity }，门槛 { $threshold }，模型 { $model }
cli-face-differ = 人脸不符：相似度 { $similarity }，门槛 { $threshold }，模型 { $model }
cli-face-delete = 请立即删除两张照片
cli-face-unsigned = 没有签名：请核对证件；然后加 --although-different 作证，或不作证
cli-evaluation-over = 评标已结束：这把密钥不再签名
cli-blank-sheet = { $path }：{ $bids } 份投标，每份 { $criteria } 个评审因素
cli-fill-sheet = 填好后用 ximu committee sheet 提交；文件只有您能看
cli-bid = 投标 { $bid }
cli-bid-told = 投标 { $bid }：{ $told }
cli-paper-file = 文件 { $name }（{ $bytes } 字节）
cli-paper-page = { $file } 第 { $page } 页
cli-paper-answered = 评审因素 { $criterion } 见 { $places }
cli-paper-untrue = 不实：{ $holder } 交出的不是投标人分给它的；请告知监督部门
cli-pool-frozen = { $path }：{ $experts } 位专家，其中 { $recused } 位须回避
cli-drawn-member = 成员
cli-drawn-declined = 已谢绝
cli-drawn-count = { $members } 位专家中有 { $ours } 位在 { $book } 里

## ximu committee see

see-next = 下一步 { $next }
see-next-sit = sit：入席
see-next-declare = declare：声明是否有须回避的情形
see-next-chair = chair：推选主任委员
see-next-sheet = sheet：评分
see-next-correct = correct：有评分超出范围，或成员对客观因素评分不一致
see-next-justify = justify：多数成员指您的评分畸高畸低；不说明理由，以其他成员的平均值代替
see-next-sign = sign：签署报告，或书面提出不同意见
see-next-wait = wait：等候，其他人还有事要办
see-next-over = over：没有要办的了
see-member = 成员 { $place } { $leaf }
see-at = 席位 { $seat }
see-undeclared = 尚未声明
see-no-conflict = 无须回避
see-conflict = 须回避
see-you = 您
see-chair = 主任委员
see-replace = 须更换
see-objective = 客观：各成员应一致
see-subjective = 主观
see-criterion = 评审因素 { $id }：0 至 { $points }，{ $scale } 位小数，{ $kind }；{ $title }
see-bid = 投标 { $bidder } { $price }{ $rejected }
see-rejected = 已否决：{ $ground }
see-sheet = 评分表 { $set }，{ $count } 份投标，截止 { $until }
see-called = { $calls } 人指为畸高或畸低
see-mean = 改计其他成员的平均分
see-reasons = 已说明理由
see-score = 评分 { $bidder } { $criterion } 成员 { $member }：{ $score }{ $marks }
see-no-answer = 尚无答复
see-clarification = 澄清 { $number }，{ $bidder }：{ $asked } —— { $answer }
see-proposal = 提议 { $number } 否决 { $bidder }：赞成 { $agree }，反对 { $against }
see-rank = 第 { $rank } 名 { $bidder }：评审 { $criteria } + 价格 { $price } = { $total }
see-report = 报告 { $report }，签署截止 { $until }
see-stand = 成员 { $member }：{ $stand }

## 交易中心

cli-not-founded = 尚未创立：它会答复，只接受首位管理员的一条指令。下一步：
cli-registered-before = 以前已登记；登记簿里有这个单位
cli-give-id = 请把这个编号告诉中心的管理员，由其用 ximu admin admit 准入
cli-party-unseen = 已联署的检查点里还没有这把密钥的单位；稍后用 ximu key show 密钥文件 --centre 网址 再问
cli-backed-up = { $folder } 里有 { $files } 个文件，清单 { $list }
cli-backup-without = 密钥、ximu.toml 和策略不在其中：请另行保管
cli-restored = 已把 { $files } 个文件恢复到 { $folder }
cli-restored-silent = 没有恢复：这个见证中心联署过什么。它不再为这些日志签名，因为
cli-restored-second = 忘记了的见证中心可能签出另一段历史。托管和份额照常提供。
cli-restored-draws = 在此之前发布的项目，它不参加抽取，也不答复开标：它可能已经做过。
cli-restored-key = 请在下一份策略里给它一把新密钥，或加 --nothing-cosigned-since 重新恢复
cli-restored-next = 下一步：放好密钥和 ximu.toml，运行 ximu admin doctor，再运行 { $next }
cli-doctor-ok = 正常
cli-doctor-trouble = 异常
cli-doctor-to-do = 怎么办：{ $advice }
doctor-on = { $name }，监听 { $listen }
doctor-peer = { $name } 有答复，时钟差 { $off } 秒
doctor-journal = { $origin } 有 { $size } 个叶，哈希各自相符
doctor-unfounded = 尚未创立
doctor-root = 已重新裁定，树根 { $root }
doctor-clock = 最新的记录时间是 { $last }
doctor-clock-ahead = 最新的记录时间是 { $last }，而现在是 { $now }
doctor-clock-none = 还没有任何记录
doctor-kept = 保存的检查点（{ $size } 个叶）读不懂（技术信息：{ $error }）
doctor-kept-root = 保存的检查点（{ $size } 个叶）的树根不是这个日志的
doctor-checkpoints = { $count } 个检查点，最新的覆盖 { $leaves } 个叶
doctor-unpublished = 还没有公布检查点
doctor-no-key = 登记簿里没有中心的密钥
doctor-published = 检查点覆盖 { $size } 个叶
doctor-published-other = 公布的检查点（{ $size } 个叶）不属于这段历史
doctor-vault = 已公开的 { $count } 件都完好
doctor-vault-missing = { $count } 件缺失或损坏：{ $names }
doctor-policies = { $count } 份，每份都写有这个见证中心
doctor-epochs = { $count } 把密钥，都完好
doctor-holder = 它签过的都完好
doctor-directory = 目录写明属于谁
doctor-directory-missing = { $path } 里没有 { $identity }
doctor-fork = 这个见证中心持有 { $origin } 有两段历史的证据
doctor-remembers = 它记得为 { $origin } 联署过什么
doctor-forgot = 它不记得为 { $origin } 联署过什么，不再为其签名
doctor-custody = 每份副本都完好
doctor-custody-damaged = { $count } 份副本损坏，第一份是 { $first }
doctor-centre = { $origin } 有答复
doctor-centre-other = { $address } 的日志应为 { $origin }，实为 { $found }

## 审计与记录

cli-verify-more-json = ；加 --json 可全部列出
cli-verify-consistent-pin = ；请从别处核对此指纹，再加 --policy
cli-exported = { $path }（{ $bytes } 字节）
cli-archived = { $path }：{ $count } 个密封件
cli-ocds = { $folder }：{ $releases } 份发布，{ $records } 份记录
cli-ocds-placeholder = 前缀 { $prefix } 只是占位，没有向任何机构登记
cli-step-leaf = 第 { $leaf } 叶，共 { $size } 叶，哈希 { $hash }
cli-step-said = 指令：{ $said }，由 { $actor } 发出
cli-step-clock = 中心的时钟
cli-step-signed = 签名内容：{ $body }
cli-step-key = 所用公钥：{ $key }
cli-step-followed = 结果：{ $events }
cli-step-stage = 阶段：{ $before } -> { $after }
cli-step-none = 无
cli-step-decided = 重新裁定：相同，树根 { $root }
cli-bench-head = 测试
cli-bench-tool = 工具
cli-bench-wall = 实际用时（秒）
cli-bench-cpu = 处理器用时（秒）
cli-bench-peak = 内存峰值（MiB）
cli-bench-ratio = { $bench }：ximu / { $against } = { $ratio }（实际用时）
