{{ config(materialized='touched', tags=['late']) }}
-- One row for each unit and year: the current report, its measures with their states, and whether its sums hold.
with reports as (select * from {{ touched(ref('fct_reports')) }} where is_current and unit_code is not null and report_year is not null),

measures as (select * from {{ touched(ref('fct_measures')) }}),

units as (select * from {{ ref('dim_unit') }}),

places as (select * from {{ ref('unit_places') }}),

rules as (
    select
        report_id,
        count(*) filter (where result = 'pass')::integer as rules_passed,
        count(*) filter (where result = 'fail')::integer as rules_failed,
        count(*) filter (where result = 'fail' and severity = 'error') as errors,
        count(*) filter (where result = 'not_assessable')::integer as rules_not_assessable
    from {{ touched(ref('rule_results')) }}
    group by report_id
),

-- Units that were founded, merged or split: a report of another year than theirs is shown and counted in no area.
spans as (select distinct unit_code, first_year, last_year from {{ source('raw', 'unit_spans') }} where not is_assumed),

corrected as (
    select report_id, count(*)::integer as corrections from {{ touched(ref('cell_corrections')) }} where outcome = 'applied' group by report_id
),

-- Each measure in a column of its own; a pivot takes a tenth of the time that an aggregate for each of them would.
pivoted as (
    pivot (select report_id, measure, amount, amount_state, unit from measures)
    on measure in ('{{ var('unit_measures') | join("', '") }}')
    using max(amount) as amount, max(amount_state) as state, max(unit) filter (where amount is not null) as unit
    group by report_id
),

wide as (
    select
        report_id
        {%- for m in var('unit_measures') %},
        {{ m }}_amount::decimal(18, 6) as {{ m }}, coalesce({{ m }}_state, 'absent') as {{ m }}_state
        {%- endfor %},
        procurement_amount_unit
    from pivoted
),

final as (
    select
        r.unit_code, u.unit_name, r.report_year, r.report_id, u.level, u.kind, p.province_code, p.province_name, p.city_code,
        p.city_name, p.county_code, p.county_name, r.published_on, r.file, r.form_disclosure, r.form_requests, r.form_challenges,
        r.form_statistics, r.versions,
        r.report_year between coalesce(x.first_year, r.report_year) and coalesce(x.last_year, r.report_year) as was_there,
        case when s.errors > 0 then 'fail' when s.rules_passed > 0 and s.rules_not_assessable = 0 then 'pass' else 'not_assessable' end as quality_state,
        coalesce(c.is_complete, false) as is_complete,
        coalesce(s.rules_passed, 0) as rules_passed, coalesce(s.rules_failed, 0) as rules_failed,
        coalesce(s.rules_not_assessable, 0) as rules_not_assessable,
        coalesce(k.corrections, 0) as corrections, w.* exclude (report_id)
    from reports as r
    inner join units as u on r.unit_code = u.unit_code
    inner join places as p
        on r.unit_code = p.unit_code and r.report_year between coalesce(p.first_year, r.report_year) and coalesce(p.last_year, r.report_year)
    left join wide as w on r.report_id = w.report_id
    left join rules as s on r.report_id = s.report_id
    left join spans as x on r.unit_code = x.unit_code
    left join {{ touched(ref('completeness')) }} as c on r.report_id = c.report_id
    left join corrected as k on r.report_id = k.report_id
)

select * from final
