{{ config(materialized='view') }}
-- Units whose report of the year before is not their own, in the year in which they changed: that of the unit they were, or none.
with successions as (select * from {{ ref('unit_successions') }}),

given as (select unit_code from {{ ref('final_units') }}),

reports as (
    select distinct unit_code, report_year from {{ ref('fct_reports') }} where is_current and unit_code is not null
),

-- A county that only got another name, code or city is the same unit.
changes as (
    select
        s.successor_code as unit_code, s.report_year, bool_or(s.kind in ('merged', 'split')) as is_regrouped,
        max(s.unit_code) filter (where g.unit_code is not null) as predecessor
    from successions as s
    left join given as g on s.unit_code = g.unit_code
    where s.kind in ('merged', 'split') or g.unit_code is not null
    group by s.successor_code, s.report_year
),

-- What a unit that took over another one left open last year is not what it has to carry in.
final as (
    select c.unit_code, c.report_year, case when not c.is_regrouped and r.unit_code is null then c.predecessor end as last_unit_code
    from changes as c
    left join reports as r on c.unit_code = r.unit_code and c.report_year = r.report_year + 1
)

select * from final
