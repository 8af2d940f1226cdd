unit-days = { $amount ->
    [one] { $amount } day
   *[other] { $amount } days
}
unit-hours = { $amount ->
    [one] { $amount } hour
   *[other] { $amount } hours
}
unit-minutes = { $amount ->
    [one] { $amount } minute
   *[other] { $amount } minutes
}
unit-seconds = { $amount ->
    [one] { $amount } second
   *[other] { $amount } seconds
}
unit-working-days = { $amount ->
    [one] { $amount } working day
   *[other] { $amount } working days
}
unit-percent = { $amount }%
unit-thirds = { $amount ->
    [one] one third
    [2] two thirds
   *[other] { $amount } thirds
}
unit-years = { $amount ->
    [one] { $amount } year
   *[other] { $amount } years
}
