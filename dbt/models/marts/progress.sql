{{ config(materialized='touched', tags=['late'], meta={'touched': 'place', 'touched_expression': 'coalesce(county_code, unit_code)'}) }}
-- What became of each report that is owed; whether one not filed is missing or not due yet is for the day to say on which it is asked.
with duties as (select * from {{ touched(ref('duties'), 'place', 'coalesce(county_code, unit_code)') }}),

filings as (select * from {{ ref('filings') }}),

states as (
    select
        d.*, f.* exclude (unit_code, report_year),
        case
            when d.is_exempt then 'exempt'
            when f.report_id is null and f.set_aside_file is not null then 'unreadable'
            when f.report_id is null then 'not_filed'
            else {{ timeliness('f', 'd') }}
        end as state
    from duties as d
    left join filings as f on d.unit_code = f.unit_code and d.report_year = f.report_year
),

final as (
    select
        unit_code, unit_name, level, kind, province_code, city_code, county_code, report_year, due, is_exempt, state,
        case when state <> 'filed_undated' then first_published_on end as published_on,
        case when state = 'late' then (first_published_on - due)::integer end as days_late,
        report_id, coalesce(is_complete, false) as is_complete, coalesce(is_valid, false) as is_valid,
        coalesce(is_nil, false) as is_nil, exempt_reason, owed_by, due_law, set_aside_file, set_aside_reason, note
    from states
)

select * from final
