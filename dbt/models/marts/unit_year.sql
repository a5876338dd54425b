{{ config(materialized='touched', tags=['late'], meta={'shown_by': ['indicators']}) }}
-- One row for each unit and year: the current report, its measures with their states, and whether its sums hold.
-- Made when {{ ref('signal_results') }} is there, for each of the two takes most of the memory of the engine.
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

-- Each measure in a column of its own, taken from the lists of a report by where it stands in them: an aggregate or a pivot for each of
-- them takes two to fifty times as long, and more memory than there may be. Lists stay in memory until the last of them is made, so that
-- they hold small numbers: which measure it is, and which word its state is.
wanted as (
    select unnest(['{{ var('unit_measures') | join("', '") }}']) as measure, unnest(range({{ var('unit_measures') | length }}))::utinyint as number
),

said as (select list(distinct amount_state order by amount_state) as words from measures),

listed as (
    select
        m.report_id, list(w.number) as numbers, list(m.amount) as amounts, list(list_position(s.words, m.amount_state)::utinyint) as states,
        any_value(m.unit) filter (where m.measure = 'procurement_amount' and m.amount is not null) as procurement_amount_unit
    from measures as m inner join wanted as w on m.measure = w.measure
    cross join said as s
    group by m.report_id
),

found as (
    select *, list_transform(range({{ var('unit_measures') | length }}), lambda n: list_position(numbers, n::utinyint)) as positions from listed
),

wide as (
    select
        report_id
        {%- for m in var('unit_measures') %},
        amounts[positions[{{ loop.index }}]]::decimal(18, 6) as {{ m }}, coalesce(s.words[states[positions[{{ loop.index }}]]], 'absent') as {{ m }}_state
        {%- endfor %},
        procurement_amount_unit
    from found cross join said as s
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

-- Who asks for one unit reads a few pages of the file and passes over the rest.
select * from final order by unit_code, report_year
