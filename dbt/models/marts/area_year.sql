{{ config(tags=['published']) }}
-- Sums over the townships and departments of an area; a report with a broken printed sum is left out and counted as excluded.
with unit_years as (select * from {{ ref('unit_year') }} where level in ('township', 'department')),

units as (select * from {{ ref('dim_unit') }}),

gated as (
    select distinct report_id from {{ source('gate', 'expectation_results') }} where status = 'failed' and severity = 'error'
),

members as (
    select y.*, a.area_code, g.report_id is not null as is_excluded
    from unit_years as y
    cross join unnest([y.province_code, y.city_code, y.county_code]) as a (area_code)
    left join gated as g on y.report_id = g.report_id
    where a.area_code is not null
),

roster as (select distinct area_code, unit_code from members),

years as (select distinct area_code, report_year from members),

expected as (select y.area_code, y.report_year, count(*) as units from years as y inner join roster using (area_code) group by all),

sums as (
    select
        area_code, report_year,
        count(*) filter (where not is_excluded) as units_reporting,
        count(*) filter (where is_excluded) as units_excluded
        {%- for m in var('area_measures') %}
,
        sum({{ m }}) filter (where not is_excluded) as {{ m }},
        count({{ m }}) filter (where not is_excluded) as {{ m }}_units
        {%- endfor %},
        sum(granted) filter (where not is_excluded and closed is not null) as granted_of_closed,
        sum(granted + partly_granted) filter (where not is_excluded and closed is not null) as granted_in_part_of_closed,
        sum(closed) filter (where not is_excluded and granted is not null and partly_granted is not null) as closed_with_grants
    from members
    group by area_code, report_year
),

final as (
    select
        s.area_code, u.unit_name as area_name, u.level, s.report_year,
        s.units_reporting::integer as units_reporting, s.units_excluded::integer as units_excluded,
        (e.units - s.units_reporting - s.units_excluded)::integer as units_missing
        {%- for m in var('area_measures') %},
        s.{{ m }}::decimal(18, 6) as {{ m }}, s.{{ m }}_units::integer as {{ m }}_units
        {%- endfor %},
        s.granted_of_closed / nullif(s.closed_with_grants, 0)::double as grant_rate,
        s.granted_in_part_of_closed / nullif(s.closed_with_grants, 0)::double as grant_in_part_rate,
        case when s.closed_with_grants is null then 'not_reported' when s.closed_with_grants = 0 then 'no_requests' end
            as grant_rate_reason
    from sums as s
    inner join expected as e on s.area_code = e.area_code and s.report_year = e.report_year
    left join units as u on s.area_code = u.unit_code
)

select * from final
