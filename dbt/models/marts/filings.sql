{{ config(materialized='touched', tags=['late'], meta={'touched': 'unit_code'}) }}
-- What became of the report of a unit and year: the current report and the day it was first published, or a file set aside.
with unit_years as (select * from {{ touched(ref('unit_year')) }}),

inputs as (select * from {{ ref('stg_inputs') }}),

first_published as (select * from {{ touched(ref('first_published'), 'unit_code') }}),

some_request as (select distinct report_id from {{ touched(ref('fct_requests')) }} where requests <> 0),

reported as (
    select
        y.unit_code, y.report_year, y.report_id, p.first_published_on, p.has_undated,
        coalesce(c.is_complete, false) as is_complete,
        y.quality_state = 'pass' as is_valid,
        coalesce(
            y.received = 0 and r.report_id is null
            {%- for m in ['carried_in', 'closed', 'carried_out'] %}
            and (y.{{ m }} = 0 or y.{{ m }}_state = 'not_asked')
            {%- endfor %}, false
        ) as is_nil
    from unit_years as y
    inner join first_published as p on y.unit_code = p.unit_code and y.report_year = p.report_year
    left join some_request as r on y.report_id = r.report_id
    left join {{ touched(ref('completeness')) }} as c on y.report_id = c.report_id
),

-- The manifest speaks for a file that does not say itself whose it is. What is no report at all is nobody's, unless the manifest says so.
named as (
    select
        file, reason_code, hints ->> '$.unit_code' as given_code, (hints ->> '$.report_year')::integer as given_year, unit_code,
        report_year
    from inputs where state = 'quarantined'
),

set_aside as (
    select
        coalesce(given_code, unit_code) as unit_code, coalesce(given_year, report_year) as report_year,
        min(file) as set_aside_file, arg_min(reason_code, file) as set_aside_reason
    from named
    where (given_code is not null and given_year is not null) or reason_code not in ('not_a_report', 'sample_text')
    group by all
    having coalesce(given_code, unit_code) is not null and coalesce(given_year, report_year) is not null
),

final as (
    select
        coalesce(r.unit_code, s.unit_code) as unit_code, coalesce(r.report_year, s.report_year) as report_year, r.report_id,
        r.first_published_on, coalesce(r.has_undated, false) as has_undated, coalesce(r.is_complete, false) as is_complete,
        coalesce(r.is_valid, false) as is_valid, coalesce(r.is_nil, false) as is_nil, s.set_aside_file, s.set_aside_reason
    from reported as r
    full join set_aside as s on r.unit_code = s.unit_code and r.report_year = s.report_year
)

select * from final
