portal-title = Public resource trading centre
portal-lead = Sealed, on time, never stuck. Each step stands in a public log that other centres cosign and anyone can check.
portal-today = Openings today
portal-today-none = No tender opens today, or has opened today.
portal-notices = Open for bids
portal-notices-none = No tender is open for bids at present.
portal-results = Results
portal-results-none = There are no results yet.
portal-more = See all tenders
portal-check = Check this platform
portal-check-text = You need not believe us. Download the public bundle and check every entry offline on your own computer, with a pinned policy fingerprint.
portal-check-link = How to check
portal-search = Search tenders
column-time = Deadline (UTC+8)
column-tender = Tender
column-status = Status
column-result = Winner and price
protection-short = Key shared by { $n } holders, { $needed } together can open
hall-enter = Enter the hall
record-open = See the record
tenders-title = All tenders
tenders-search = Title, tenderer or number
tenders-stage = Stage
tenders-submit = Search
tenders-found = { $count ->
    [one] { $count } tender
   *[other] { $count } tenders
}
tenders-none = No tender fits.
filter-all = all
filter-open = open for bids
filter-opening = being opened
filter-over = opened or ended
page-before = Previous page
page-after = Next page
column-where = See
