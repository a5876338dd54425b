{{ config(tags=['published']) }}
-- Sums over the townships and departments of an area; a report with a broken printed sum is left out and counted as excluded.
with unit_years as (select * from {{ ref('unit_year') }} where level in ('township', 'department')),

units as (select * from {{ ref('dim_unit') }}),

gated as (
    -- What does not fit last year or the prose is for a person to explain; it does not make the report's own numbers wrong.
    select distinct report_id from {{ source('gate', 'expectation_results') }}
    where status = 'failed' and severity = 'error' and suite not in ('relations', 'signals')
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

-- Above and below the line of a rate stand the same units: those that gave every number of it.
sums as (
    select
        area_code, report_year,
        count(*) filter (where not is_excluded) as units_reporting,
        count(*) filter (where is_excluded) as units_excluded
        {%- for t in ['disclosure', 'requests', 'challenges'] %},
        string_agg(distinct coalesce(form_{{ t }}, form_statistics), ',' order by coalesce(form_{{ t }}, form_statistics))
            filter (where not is_excluded) as forms_{{ t }}
        {%- endfor %}
        {%- for m in var('area_measures') %},
        sum({{ m }}) filter (where not is_excluded) as {{ m }},
        count({{ m }}) filter (where not is_excluded) as {{ m }}_units
        {%- endfor %}
        {%- for rate, above in var('area_rates').items() %},
        sum({{ above }}) filter (where not is_excluded and closed is not null) as {{ rate }}_numerator,
        sum(closed) filter (where not is_excluded and ({{ above }}) is not null) as {{ rate }}_denominator,
        count(closed) filter (where not is_excluded and ({{ above }}) is not null) as {{ rate }}_units
        {%- endfor %}
    from members
    group by area_code, report_year
),

final as (
    select
        s.area_code, u.unit_name as area_name, u.level, s.report_year,
        s.units_reporting::integer as units_reporting, s.units_excluded::integer as units_excluded,
        (e.units - s.units_reporting - s.units_excluded)::integer as units_missing, s.forms_disclosure,
        s.forms_requests, s.forms_challenges
        {%- for m in var('area_measures') %},
        s.{{ m }}::decimal(18, 6) as {{ m }}, s.{{ m }}_units::integer as {{ m }}_units
        {%- endfor %}
        {%- for rate in var('area_rates') %},
        s.{{ rate }}_numerator / nullif(s.{{ rate }}_denominator, 0)::double as {{ rate }},
        case when s.{{ rate }}_denominator is null then 'not_reported' when s.{{ rate }}_denominator = 0 then 'no_requests' end
            as {{ rate }}_reason,
        s.{{ rate }}_numerator::decimal(18, 6) as {{ rate }}_numerator,
        s.{{ rate }}_denominator::decimal(18, 6) as {{ rate }}_denominator, s.{{ rate }}_units::integer as {{ rate }}_units
        {%- endfor %}
    from sums as s
    inner join expected as e on s.area_code = e.area_code and s.report_year = e.report_year
    left join units as u on s.area_code = u.unit_code
)

select * from final
