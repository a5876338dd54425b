{{ config(materialized='view') }}
-- What became of units that have, or are part of one that has, a report here.
with successions as (select * from {{ ref('unit_successions') }}),

reports as (
    select unit_code, min(report_year) as first_year from {{ ref('fct_reports') }}
    where unit_code is not null and report_year is not null group by unit_code
),

given as (select unit_code from {{ ref('final_units') }}),

-- A successor that filed before was no new unit: it took the other one over.
final as (
    select
        s.report_year, s.unit_code, s.unit_name, s.successor_code, s.successor_name,
        case when s.kind in ('renamed', 'moved') and g.unit_code is not null and r.first_year < s.report_year then 'merged' else s.kind end as kind
    from successions as s
    left join given as g on s.unit_code = g.unit_code
    left join reports as r on s.successor_code = r.unit_code
    where r.unit_code is not null or (g.unit_code is not null and s.unit_code in (select unit_code from reports))
)

select * from final
