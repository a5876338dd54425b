{{ config(materialized='touched', tags=['late'], meta={'touched': 'area_code'}) }}
-- The rates of a reporting office, as DHIS2 has them, for each area and year; where nothing is expected there is no rate.
with progress as (
    select * from {{ ref('progress') }}
    where {{ is_touched('area_code', 'province_code') }} or {{ is_touched('area_code', 'city_code') }} or {{ is_touched('area_code', 'county_code') }}
),

units as (select * from {{ ref('dim_unit') }}),

counted as (
    select
        a.area_code, p.report_year,
        count(*) filter (where state <> 'exempt')::integer as expected,
        count(*) filter (where state in ('on_time', 'late', 'filed_undated'))::integer as actual,
        {%- for state in ['on_time', 'late', 'filed_undated', 'unreadable', 'not_filed', 'exempt'] %}
        count(*) filter (where state = '{{ state }}')::integer as {{ state }},
        {%- endfor %}
        {%- for mark in ['complete', 'valid', 'nil'] %}
        count(*) filter (where is_{{ mark }} and state <> 'exempt')::integer as {{ mark }}{{ ',' if not loop.last }}
        {%- endfor %}
    from progress as p
    cross join unnest([p.province_code, p.city_code, p.county_code]) as a (area_code)
    where a.area_code is not null and {{ is_touched('area_code', 'a.area_code') }}
    group by a.area_code, p.report_year
),

final as (
    select
        c.area_code, u.unit_name as area_name, u.level, c.report_year, c.expected, c.actual, c.on_time, c.complete, c.valid, c.nil,
        c.late, c.filed_undated, c.unreadable, c.not_filed, c.exempt
        {%- for numerator in ['actual', 'on_time', 'complete', 'valid'] %},
        c.{{ numerator }} / nullif(c.expected, 0)::double as {{ numerator }}_rate
        {%- endfor %},
        c.nil / nullif(c.actual, 0)::double as nil_rate
    from counted as c
    left join units as u on c.area_code = u.unit_code
)

select * from final
