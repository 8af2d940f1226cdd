unit-days = { $amount } 天
unit-hours = { $amount } 小时
unit-minutes = { $amount } 分钟
unit-seconds = { $amount } 秒
unit-working-days = { $amount } 个工作日
unit-percent = { $amount }%
unit-thirds = { $amount }/3
unit-years = { $amount } 年
