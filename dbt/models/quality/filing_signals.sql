{{ config(materialized='view', schema='staging') }}
-- When a current report was first published, against its due day; and whether it replaced one with other numbers.
with reports as (
    select * from {{ touched(ref('fct_reports')) }} where is_current and unit_code is not null and report_year is not null
),

published as (
    select r.report_id, p.first_published_on, d.due, {{ timeliness('p', 'd') }} as state
    from reports as r
    inner join {{ touched(ref('duties'), 'place', 'coalesce(county_code, unit_code)') }} as d on r.unit_code = d.unit_code and r.report_year = d.report_year and not d.is_exempt
    inner join {{ touched(ref('first_published'), 'unit_code') }} as p on r.unit_code = p.unit_code and r.report_year = p.report_year
),

changes as (
    select unit_code, report_year, count(distinct code) as numbers, min(code) as code
    from {{ touched(ref('version_changes'), 'report_id', 'to_report_id') }} where kind = 'cell' group by unit_code, report_year
),

everything as (
    select
        report_id, 'late' as rule, case state when 'late' then 'fail' else 'pass' end as result, null as code,
        case state when 'late' then first_published_on - due else 0 end as left_sum, 0 as right_sum,
        first_published_on::varchar as found, due::varchar as expected
    from published where state in ('on_time', 'late')
    union all
    select
        r.report_id, 'replaced', case when c.code is null then 'pass' else 'fail' end, c.code, coalesce(c.numbers, 0), 0,
        r.versions::varchar, null
    from reports as r left join changes as c on r.unit_code = c.unit_code and r.report_year = c.report_year
),

final as (
    select
        report_id, rule, '' as instance, result, code, left_sum::decimal(18, 6) as left_sum, right_sum::decimal(18, 6) as right_sum,
        found, expected
    from everything
)

select * from final
