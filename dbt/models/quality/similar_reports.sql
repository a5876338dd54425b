{{ config(materialized='touched', tags=['late']) }}
-- Reports that resemble one of the same county and year, or the one of the year before: copied numbers, or copied prose.
with documents as (select * from {{ ref('stg_documents') }}),

units as (select * from {{ ref('dim_unit') }}),

reports as (
    select
        r.report_id, r.unit_code, r.unit_name, r.report_year, u.county_code, r.numbers_id, d.clauses,
        coalesce(len(d.clauses), 0) as clause_count
    from {{ touched(ref('fct_reports')) }} as r
    inner join documents as d on r.read_id = d.read_id
    inner join units as u on r.unit_code = u.unit_code
    where r.is_current and r.report_year is not null
),

pairs as (
    select r, o, 'neighbor' as relation
    from reports as r
    inner join reports as o
        on r.county_code = o.county_code and r.report_year = o.report_year and r.report_id < o.report_id
    union all
    select r, o, 'last_year' as relation
    from reports as r inner join reports as o on r.unit_code = o.unit_code and r.report_year = o.report_year + 1
),

measured as (
    select
        r.report_id, r.unit_code, r.unit_name, r.report_year, o.report_id as other_report_id, o.unit_code as other_unit_code,
        o.unit_name as other_unit_name, o.report_year as other_report_year, relation,
        coalesce(r.numbers_id = o.numbers_id, false) as has_same_numbers,
        case
            when least(r.clause_count, o.clause_count) >= {{ var('similar_clauses') }}
                then len(list_intersect(r.clauses, o.clauses)) / greatest(r.clause_count, o.clause_count)
        end as shared_prose
    from pairs
),

final as (
    select
        *,
        case when has_same_numbers and relation = 'neighbor' then 'warning' else 'hint' end as severity
    from measured
    where has_same_numbers or shared_prose >= {{ var('similar_prose') }}
)

select * from final
