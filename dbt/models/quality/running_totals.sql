{{ config(materialized='view', schema='staging') }}
-- Running totals of the statistics tables: that of the year before plus the number of the year; a smaller one began anew.
with reports as (select * from {{ touched(ref('fct_reports')) }} where is_current and unit_code is not null and report_year is not null),

numbers as (
    select
        r.unit_code, r.unit_name, r.report_year, s.report_id, s.measure,
        max(s.amount) filter (where not s.is_cumulative) as of_year, max(s.amount) filter (where s.is_cumulative) as cumulative
    from {{ touched(ref('fct_statistics')) }} as s
    inner join reports as r on s.report_id = r.report_id
    group by r.unit_code, r.unit_name, r.report_year, s.report_id, s.measure
    having bool_or(s.is_cumulative)
),

final as (
    select
        n.report_id, n.unit_code, n.unit_name, n.report_year, n.measure, b.cumulative as before, n.of_year, n.cumulative,
        case when b.cumulative is null or n.of_year is null or n.cumulative is null then 'not_assessable'
            when n.cumulative = b.cumulative + n.of_year then 'pass' when n.cumulative < b.cumulative then 'restart'
            else 'fail' end as result,
        case when n.cumulative < b.cumulative then 'hint' else 'warning' end as severity
    from numbers as n
    inner join numbers as b on n.unit_code = b.unit_code and n.measure = b.measure and n.report_year = b.report_year + 1
)

select * from final
