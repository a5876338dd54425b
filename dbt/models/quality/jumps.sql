{{ config(materialized='view', schema='staging') }}
-- Numbers beyond the band of the unit's other years and, where enough neighbors filed, of theirs. Only years of one form are compared.
with limits as (select name, value from {{ ref('stg_signal_values') }} where rule = 'jump'),

settings as (
    select
        max(try_cast(value as double)) filter (where name = 'width') as width, max(try_cast(value as double)) filter (where name = 'floor') as least,
        max(try_cast(value as double)) filter (where name = 'share') as share, max(try_cast(value as integer)) filter (where name = 'years') as years,
        max(try_cast(value as integer)) filter (where name = 'peers') as peers
    from limits
),

-- Each by a number of its own: groups of texts are written to the disk in pieces of a size that fills it, where there are millions of them.
numbers as materialized (
    select
        row_number() over (order by r.report_id, d.code) as number, r.report_id, r.unit_code, r.report_year, u.level, u.county_code, m.measure,
        d.code, m.amount::double as amount,
        case d.table_name when 'disclosure' then r.form_disclosure when 'requests' then r.form_requests else r.form_challenges end as form
    from {{ touched(ref('fct_reports')) }} as r
    inner join {{ ref('dim_unit') }} as u on r.unit_code = u.unit_code
    inner join {{ touched(ref('fct_measures')) }} as m on r.report_id = m.report_id
    inner join limits as x on x.name = 'measures' and m.measure = x.value
    inner join {{ ref('dim_measure') }} as d
        on m.measure = d.row_code and (d.column_code is null or d.column_code = 'total') and d.table_name <> 'statistics'
    where r.is_current and r.report_year is not null and m.amount is not null
),

-- 1.4826 times the median deviation is what a standard deviation is, where numbers scatter evenly.
history as (
    select n.number, count(*) as years, median(o.amount) as middle, 1.4826 * mad(o.amount) as spread
    from numbers as n
    inner join numbers as o
        on n.unit_code = o.unit_code and n.measure = o.measure and n.form = o.form and n.report_year <> o.report_year
    group by n.number
),

neighbors as (
    select n.number, count(*) as peers, median(o.amount) as middle, 1.4826 * mad(o.amount) as spread
    from numbers as n
    inner join numbers as o
        on n.county_code = o.county_code and n.level = o.level and n.measure = o.measure and n.form = o.form
        and n.report_year = o.report_year and n.unit_code <> o.unit_code
    group by n.number
),

bands as (
    select
        n.report_id, n.measure, n.code, n.amount,
        floor(greatest(h.middle - greatest(s.width * h.spread, s.least, s.share * h.middle), 0)) as low,
        ceil(h.middle + greatest(s.width * h.spread, s.least, s.share * h.middle)) as high,
        case when p.peers >= s.peers
            then floor(greatest(p.middle - greatest(s.width * p.spread, s.least, s.share * p.middle), 0)) end as peers_low,
        case when p.peers >= s.peers then ceil(p.middle + greatest(s.width * p.spread, s.least, s.share * p.middle)) end as peers_high
    from numbers as n
    cross join settings as s
    inner join history as h on n.number = h.number and h.years >= s.years
    left join neighbors as p on n.number = p.number
),

final as (
    select
        report_id, 'jump' as rule, measure as instance,
        case when amount between low and high or coalesce(amount between peers_low and peers_high, false) then 'pass' else 'fail' end as result,
        code, amount::decimal(18, 6) as left_sum, (case when amount < low then low else high end)::decimal(18, 6) as right_sum,
        case when peers_low is null then '–' else printf('%d–%d', peers_low::bigint, peers_high::bigint) end as found,
        printf('%d–%d', low::bigint, high::bigint) as expected
    from bands
)

select * from final
