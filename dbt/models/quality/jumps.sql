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

numbers as (
    select
        r.report_id, r.unit_code, r.report_year, u.level, u.county_code, m.measure, d.code, m.amount::double as amount,
        case d.table_name when 'disclosure' then r.form_disclosure when 'requests' then r.form_requests else r.form_challenges end as form
    from {{ touched(ref('fct_reports')) }} as r
    inner join {{ ref('dim_unit') }} as u on r.unit_code = u.unit_code
    inner join {{ touched(ref('fct_measures')) }} as m on r.report_id = m.report_id
    inner join limits as x on x.name = 'measures' and m.measure = x.value
    inner join {{ ref('dim_measure') }} as d
        on m.measure = d.row_code and (d.column_code is null or d.column_code = 'total') and d.table_name <> 'statistics'
    where r.is_current and r.report_year is not null and m.amount is not null
),

histories as (select unit_code, measure, form, list(amount) as amounts from numbers group by unit_code, measure, form),

neighborhoods as (
    select county_code, level, measure, form, report_year, list(amount) as amounts
    from numbers group by county_code, level, measure, form, report_year
),

-- Each number beside the others of its list, itself left out. To hold each against each and take the median of millions of groups would fill
-- any disk where memory is short: what has been gathered of a group cannot be put aside.
beside as (
    select
        n.report_id, n.measure, n.code, n.amount,
        {{ without_own('h.amounts', 'n.amount') }} as history, {{ without_own('p.amounts', 'n.amount') }} as neighbors
    from numbers as n
    inner join histories as h on n.unit_code = h.unit_code and n.measure = h.measure and n.form = h.form
    left join neighborhoods as p
        on n.county_code = p.county_code and n.level = p.level and n.measure = p.measure and n.form = p.form and n.report_year = p.report_year
),

-- 1.4826 times the median deviation is what a standard deviation is, where numbers scatter evenly.
spreads as (
    select
        b.report_id, b.measure, b.code, b.amount, len(b.neighbors) as peers,
        list_aggregate(b.history, 'median') as middle, 1.4826 * list_aggregate(b.history, 'mad') as spread,
        list_aggregate(b.neighbors, 'median') as peers_middle, 1.4826 * list_aggregate(b.neighbors, 'mad') as peers_spread
    from beside as b
    cross join settings as s
    where len(b.history) >= s.years
),

bands as (
    select
        n.report_id, n.measure, n.code, n.amount,
        floor(greatest(n.middle - greatest(s.width * n.spread, s.least, s.share * n.middle), 0)) as low,
        ceil(n.middle + greatest(s.width * n.spread, s.least, s.share * n.middle)) as high,
        case when n.peers >= s.peers
            then floor(greatest(n.peers_middle - greatest(s.width * n.peers_spread, s.least, s.share * n.peers_middle), 0)) end as peers_low,
        case when n.peers >= s.peers
            then ceil(n.peers_middle + greatest(s.width * n.peers_spread, s.least, s.share * n.peers_middle)) end as peers_high
    from spreads as n
    cross join settings as s
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
