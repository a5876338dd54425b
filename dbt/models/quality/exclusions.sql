{{ config(materialized='touched', tags=['late', 'published']) }}
-- The tables of current reports that stand in no sum of an area, and why: a printed sum in it fails, a number is impossible, the unit
-- was not there in that year. What does not fit last year or the prose, lateness, blanks and our own corrections take nothing out.
with reports as (
    select
        report_id, unit_code, unit_name, report_year,
        case when form_statistics is null then ['disclosure', 'requests', 'challenges'] else ['statistics'] end as tables
    from {{ touched(ref('fct_reports')) }} where is_current
),

failing as (
    select * from {{ touched(source('gate', 'expectation_results')) }} where status = 'failed' and severity = 'error'
),

rules as (select distinct rule_id, table_name from {{ ref('stg_rules') }}),

kinds as (
    {%- for suite, reason in var('excluding_suites').items() %}
    select '{{ suite }}' as suite, '{{ reason }}' as reason
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

-- A rule of a cell names its table after its own name; what names no table of the report takes all of them out.
named as (
    select f.report_id, k.reason, f.rule_id, coalesce(r.table_name, split_part(f.rule_id, '.', 2)) as table_name
    from failing as f
    inner join kinds as k on f.suite = k.suite
    left join rules as r on f.suite = 'statutory_sums' and f.rule_id = r.rule_id
    union all
    select report_id, 'not_there', null, null from {{ touched(ref('unit_year')) }} where not was_there
),

excluded as (
    select
        r.report_id, r.unit_code, r.unit_name, r.report_year, n.reason, n.rule_id,
        unnest(case when list_contains(r.tables, n.table_name) then [n.table_name] else r.tables end) as table_name
    from named as n inner join reports as r on n.report_id = r.report_id
),

final as (
    select
        report_id, any_value(unit_code) as unit_code, any_value(unit_name) as unit_name, any_value(report_year) as report_year, table_name,
        string_agg(distinct reason, ', ' order by reason) as reasons, string_agg(distinct rule_id, ', ' order by rule_id) as rule_ids
    from excluded
    group by report_id, table_name
)

select * from final
