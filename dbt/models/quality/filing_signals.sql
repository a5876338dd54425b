{{ config(materialized='view', schema='staging') }}
-- When a current report was first published, against its due day; whether it replaced one with other numbers; and whether anything but
-- the name of its file decides that it counts and the other does not.
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
    select
        c.to_report_id, c.unit_code, c.report_year, c.to_version, c.code, o.file as other
    from {{ touched(ref('version_changes'), 'report_id', 'to_report_id') }} as c
    inner join {{ touched(ref('fct_reports')) }} as o on c.from_report_id = o.report_id
    where c.kind = 'cell'
),

-- Of versions that are told apart one came after the other; of the last ones of a unit and year that are not, any may be the right one.
changed as (
    select
        r.report_id, c.to_version > r.versions - r.tied_versions + 1 as is_tied, count(distinct c.code) as numbers, min(c.code) as code,
        max_by(c.other, c.to_version) as other
    from reports as r inner join changes as c on r.unit_code = c.unit_code and r.report_year = c.report_year
    group by r.report_id, is_tied
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
        (r.versions - r.tied_versions + 1)::varchar, null
    from reports as r left join changed as c on r.report_id = c.report_id and not c.is_tied
    union all
    select
        r.report_id, 'undecided_version', case when c.code is null then 'pass' else 'fail' end, c.code, coalesce(c.numbers, 0), 0, c.other, r.file
    from reports as r left join changed as c on r.report_id = c.report_id and c.is_tied
),

final as (
    select
        report_id, rule, '' as instance, result, code, left_sum::decimal(18, 6) as left_sum, right_sum::decimal(18, 6) as right_sum,
        found, expected
    from everything
)

select * from final
