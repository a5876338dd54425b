{{ config(materialized='view', meta={'shows': 'unit_year'}, post_hook='{{ shown_made() }}') }}
-- The rates of each unit and year with what stands above and below their line; 0 of 0 is no rate, and where a number is missing there is none.
with unit_years as (select * from {{ ref('unit_year') }}),

parts as (
    select
        unit_code, unit_name, report_year, report_id, level, kind, province_code, city_code, county_code,
        unnest([
            {%- for name, of in var('indicators').items() %}
            {'indicator': '{{ name }}', 'numerator': {{ above(name) }}, 'denominator': {{ below(name) }}, 'zero': '{{ of.zero }}'}
            {{- ',' if not loop.last }}
            {%- endfor %}
        ]) as i
    from unit_years
),

final as (
    select
        unit_code, unit_name, report_year, report_id, level, kind, province_code, city_code, county_code, i.indicator as indicator,
        i.numerator / nullif(i.denominator, 0)::double as rate,
        case
            when i.numerator is null or i.denominator is null then 'not_reported'
            when i.denominator = 0 then if(i.numerator = 0, i.zero, 'contradictory')
        end as rate_reason,
        i.numerator::decimal(18, 6) as numerator, i.denominator::decimal(18, 6) as denominator,
        coalesce(i.denominator < {{ var('cases') }}, true) as is_small
    from parts
)

select * from final
