{{ config(materialized='touched', tags=['late'], meta={'lies_by': 'unit_code'}) }}
-- Every rule that no equation can say, against every report it holds for: one row for each thing it is applied to.
with reports as (
    select r.*, u.level from {{ touched(ref('fct_reports')) }} as r left join {{ ref('dim_unit') }} as u on r.unit_code = u.unit_code
),

signals as (select * from {{ ref('stg_signals') }} where not is_cause and judged_by = 'report'),

bounds as (
    select
        b.report_id, 'parent_children' as rule, b.measure as instance, case b.answer when 'possible' then 'pass' else 'fail' end as result,
        d.code, b.area_number as left_sum, b.known_sum as right_sum, b.known_units::varchar as found, null::varchar as expected
    from {{ touched(ref('area_bounds')) }} as b
    left join (
        select any_value(code) as code, case when table_name = 'challenges' then concat(row_code, '_total') else row_code end as measure
        from {{ ref('dim_measure') }} where column_code = 'total' group by 2
    ) as d on b.measure = d.measure
    where b.scope = 'area' and b.answer in ('possible', 'impossible')
),

-- Materialized: planned as one with what follows, the joins within would make rows by the billion.
judged as materialized (
    select * from {{ touched(ref('cell_signals')) }}
    union all select * from {{ ref('report_signals') }}
    union all select * from {{ ref('history_signals') }}
    union all select * from {{ ref('issue_signals') }}
    union all select * from {{ ref('filing_signals') }}
    union all select * from bounds
),

-- First which rule holds for which report, then what came of it, and last the words: with them the rows would be too wide to be held at once.
applied as (
    select r.report_id, s.rule
    from reports as r
    inner join signals as s
        on (s.levels is null or list_contains(string_split(s.levels, ','), r.level))
        and (s.forms is null or list_has_any(
            string_split(s.forms, ','), [r.form_disclosure, r.form_requests, r.form_challenges, r.form_statistics]
        ))
        and coalesce(r.report_year >= s.first_year, true) and coalesce(r.report_year <= s.last_year, true)
),

answered as materialized (
    select a.report_id, a.rule, j.instance, j.result, j.code, j.left_sum, j.right_sum, j.found, j.expected
    from applied as a left join judged as j on a.report_id = j.report_id and a.rule = j.rule
),

final as (
    select
        a.report_id, r.unit_code, r.unit_name, r.report_year, r.is_current,
        coalesce(r.form_requests, r.form_disclosure, r.form_challenges, r.form_statistics) as form,
        a.rule, coalesce(a.instance, '') as instance, concat_ws('.', a.rule, nullif(a.instance, '')) as rule_id, s.severity,
        coalesce(a.result, 'not_assessable') as result, a.code, a.left_sum, a.right_sum,
        (a.left_sum - a.right_sum)::decimal(18, 6) as difference, a.found, a.expected, s.zh, s.en, s.law
    from answered as a
    inner join reports as r on a.report_id = r.report_id
    inner join signals as s on a.rule = s.rule
)

-- Who touches a county finds its rows beside each other, and passes over the rest.
select * from final order by unit_code, report_year, report_id
