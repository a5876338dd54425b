{% macro area_sums(boundaries) %}
{#- Sums over the townships and departments of an area; a table with a broken printed sum or an impossible number is left out and
    counted as excluded, the other tables of its report are not. A cell that is no number adds nothing: each sum says on how many units it rests.
    boundaries: 'reported' takes each report where its unit stood in its year, 'constant' where its unit, or what it became, stands today. -#}
{%- set tables = ['disclosure', 'requests', 'challenges'] %}
{%- set without = ['is_without_disclosure', 'is_without_requests', 'is_without_challenges'] %}
with units as (select * from {{ ref('dim_unit') }}),

{% if boundaries == 'constant' -%}
became as (select * from {{ ref('stg_final_units') }}),

near as (select unit_code from units where {{ stands_in_touched() }} union select unit_code from became),

{% endif -%}
unit_years as (select * from {{ ref('unit_year') }} where level in ('township', 'department') and ({{ may_count(boundaries) }})),

left_out as (select report_id, list(table_name) as tables from {{ ref('exclusions') }} group by report_id),

owed as (
    select * from {{ ref('duties') }} where level in ('township', 'department') and not is_exempt and ({{ may_count(boundaries) }})
),

everyone as (
    select unit_code, report_year, province_code, city_code, county_code from unit_years
    union
    select unit_code, report_year, province_code, city_code, county_code from owed
),

{% if boundaries == 'constant' -%}
-- A unit that was split to several places stays where it was: nobody can say which part of its numbers went where.
standing as (
    select
        e.unit_code, e.report_year, coalesce(t.province_code, e.province_code) as province_code,
        case when t.unit_code is null then e.city_code else t.city_code end as city_code,
        case when t.unit_code is null then e.county_code else t.county_code end as county_code
    from everyone as e
    left join became as f on e.unit_code = f.unit_code
    left join units as t on coalesce(f.final_code, e.unit_code) = t.unit_code
),
{%- else -%}
standing as (select * from everyone),
{%- endif %}

places as (
    select s.unit_code, s.report_year, a.area_code
    from standing as s
    cross join unnest([s.province_code, s.city_code, s.county_code]) as a (area_code)
    where a.area_code is not null and {{ is_touched('area_code', 'a.area_code') }}
),

members as (
    select
        y.*, p.area_code
        {%- for t in tables %},
        coalesce(list_has_any(x.tables, ['{{ t }}', 'statistics']), false) as is_without_{{ t }}
        {%- endfor %}
    from places as p
    inner join unit_years as y on p.unit_code = y.unit_code and p.report_year = y.report_year
    left join left_out as x on y.report_id = x.report_id
),

spans as (select area_code, min(report_year) as first_year, max(report_year) as last_year from members group by area_code),

-- The units that owe a report and have none, as in progress; a year in which nobody reported is a row of its own.
missing as (
    select p.area_code, p.report_year, count(*) as units
    from places as p
    inner join spans as s on p.area_code = s.area_code and p.report_year between s.first_year and s.last_year
    inner join owed as o on p.unit_code = o.unit_code and p.report_year = o.report_year
    left join unit_years as y on p.unit_code = y.unit_code and p.report_year = y.report_year
    where y.unit_code is null
    group by all
),

-- Above and below the line of a rate stand the same units: those that gave every number of it.
sums as (
    select
        area_code, report_year,
        count(*) filter (where not ({{ without | join(' and ') }})) as units_reporting,
        count(*) filter (where {{ without | join(' or ') }}) as units_excluded
        {%- for t in tables %},
        count(*) filter (where is_without_{{ t }}) as units_excluded_{{ t }},
        string_agg(distinct coalesce(form_{{ t }}, form_statistics), ',' order by coalesce(form_{{ t }}, form_statistics))
            filter (where not is_without_{{ t }}) as forms_{{ t }}
        {%- for m in var('area_measures')[t] %},
        sum({{ m }}) filter (where not is_without_{{ t }}) as {{ m }},
        count({{ m }}) filter (where not is_without_{{ t }}) as {{ m }}_units
        {%- endfor %}
        {%- endfor %}
        {%- for rate, of in var('area_rates').items() %}
        {%- set counted = 'not (is_without_' ~ of.tables | join(' or is_without_') ~ ')' %},
        sum({{ of.above }}) filter (where {{ counted }} and closed is not null) as {{ rate }}_numerator,
        sum(closed) filter (where {{ counted }} and ({{ of.above }}) is not null) as {{ rate }}_denominator,
        count(closed) filter (where {{ counted }} and ({{ of.above }}) is not null) as {{ rate }}_units
        {%- endfor %}
    from members
    group by area_code, report_year
),

years as (select area_code, report_year from sums union select area_code, report_year from missing),

final as (
    select
        x.area_code, u.unit_name as area_name, u.level, x.report_year,
        coalesce(s.units_reporting, 0)::integer as units_reporting, coalesce(s.units_excluded, 0)::integer as units_excluded,
        coalesce(m.units, 0)::integer as units_missing
        {%- for t in tables %},
        coalesce(s.units_excluded_{{ t }}, 0)::integer as units_excluded_{{ t }}
        {%- endfor %}, s.forms_disclosure, s.forms_requests, s.forms_challenges
        {%- for m in var('area_measures').values() | sum(start=[]) %},
        s.{{ m }}::decimal(18, 6) as {{ m }}, coalesce(s.{{ m }}_units, 0)::integer as {{ m }}_units
        {%- endfor %}
        {%- for rate in var('area_rates') %},
        s.{{ rate }}_numerator / nullif(s.{{ rate }}_denominator, 0)::double as {{ rate }},
        case when s.{{ rate }}_denominator is null then 'not_reported' when s.{{ rate }}_denominator = 0 then 'no_requests' end
            as {{ rate }}_reason,
        s.{{ rate }}_numerator::decimal(18, 6) as {{ rate }}_numerator,
        s.{{ rate }}_denominator::decimal(18, 6) as {{ rate }}_denominator, coalesce(s.{{ rate }}_units, 0)::integer as {{ rate }}_units
        {%- endfor %}
    from years as x
    left join sums as s on x.area_code = s.area_code and x.report_year = s.report_year
    left join missing as m on x.area_code = m.area_code and x.report_year = m.report_year
    left join units as u on x.area_code = u.unit_code
)

select * from final
{% endmacro %}

{# Whether a unit may count in an area that is touched: it stood in one in its year, stands in one today, or became another unit. #}
{% macro may_count(boundaries) -%}
{{ stands_in_touched() }}{{ ' or unit_code in (select unit_code from near)' if boundaries == 'constant' }}
{%- endmacro %}

{% macro stands_in_touched() -%}
{{ is_touched('area_code', 'province_code') }} or {{ is_touched('area_code', 'city_code') }} or {{ is_touched('area_code', 'county_code') }}
{%- endmacro %}
