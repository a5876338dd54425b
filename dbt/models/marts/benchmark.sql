{{ config(materialized='view', tags=['published']) }}
-- What is usual among units of one level and kind that used the same form in a year: the middle half of their numbers. A view, for it looks
-- over all units, and who asks for one year and kind reads no others; who needs several keeps them for as long as the release stands.
{%- set compared = var('compared') %}
with unit_years as (select * from {{ ref('unit_year') }}),

left_out as (select report_id, list(table_name) as tables from {{ ref('exclusions') }} group by report_id),

standing as (
    select
        y.*
        {%- for t in compared %}, coalesce(list_has_any(x.tables, ['{{ t }}', 'statistics']), false) as is_without_{{ t }}{% endfor %}
    from unit_years as y
    left join left_out as x on y.report_id = x.report_id
),

-- A rate of a unit counts from so many cases on; one of two tables counts if neither is left out and both are of one form.
peers as (
    select
        *
        {%- for name, of in var('indicators').items() if name in compared.values() | map(attribute='rates') | sum(start=[]) %},
        case
            when {{ below(name) }} >= {{ var('cases') }} and {{ above(name) }} is not null
            {%- if name == 'challenge_rate' %} and not is_without_requests and form_requests is not distinct from form_challenges{% endif %}
                then {{ below(name) }}
        end as {{ name }}_cases,
        {{ above(name) }} / {{ name }}_cases::double as {{ name }}
        {%- endfor %}
    from standing
),
{%- for t, what in compared.items() %}

{{ t }}_bands as (
    select
        level, kind, report_year, coalesce(form_{{ t }}, form_statistics) as form,
        [
            {%- for m in what.measures + what.rates %}
            {
                'measure': '{{ m }}', 'peers': count({{ m }}), 'cases': sum({{ m }}{{ '_cases' if m in what.rates }}),
                'band': quantile_cont({{ m }}::double, [0.25, 0.5, 0.75])
            }
            {{- ',' if not loop.last }}
            {%- endfor %}
        ] as bands
    from peers
    where not is_without_{{ t }} and coalesce(form_{{ t }}, form_statistics) is not null
    group by level, kind, report_year, coalesce(form_{{ t }}, form_statistics)
),
{%- endfor %}

bands as (
    {%- for t in compared %}
    select level, kind, report_year, '{{ t }}' as table_name, form, unnest(bands) as b from {{ t }}_bands
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

judged as (
    select
        *,
        case when b.peers < {{ var('peers') }} then 'too_few_peers' when coalesce(b.cases, 0) < {{ var('cases') }} then 'too_few_cases' end as reason
    from bands
),

final as (
    select
        level, kind, report_year, table_name, form, b.measure as measure, b.peers::integer as peers, b.cases::decimal(18, 6) as cases,
        case when reason is null then b.band[1] end as p25, case when reason is null then b.band[2] end as p50,
        case when reason is null then b.band[3] end as p75, reason as band_reason
    from judged
)

select * from final
