{{ config(tags=['late', 'units']) }}
-- Units that joined or left an area: in that year the sums of the area, as they were reported, are those of another area.
with places as (select * from {{ ref('unit_places') }}),

units as (select * from {{ ref('dim_unit') }}),

pairs as (
    select last_year + 1 as report_year, county_code as unit_code, county_code as successor_code, 'moved' as kind
    from {{ ref('stg_former_places') }}
    union all
    select report_year, unit_code, successor_code, kind from {{ ref('stg_successions') }}
    where unit_code in (select unit_code from {{ ref('stg_final_units') }})
),

levels as (
    select
        x.report_year, x.unit_code, x.successor_code, x.kind,
        unnest([b.province_code, b.city_code, b.county_code]) as before_code,
        unnest([a.province_code, a.city_code, a.county_code]) as after_code
    from pairs as x
    inner join places as b
        on x.unit_code = b.unit_code
        and x.report_year - 1 between coalesce(b.first_year, x.report_year - 1) and coalesce(b.last_year, x.report_year - 1)
    inner join places as a
        on x.successor_code = a.unit_code
        and x.report_year between coalesce(a.first_year, x.report_year) and coalesce(a.last_year, x.report_year)
),

changes as (
    select before_code as area_code, report_year, 'left' as change, unit_code, kind, after_code as other_area_code from levels
    where before_code is not null and before_code is distinct from after_code
    union
    select after_code, report_year, 'joined', successor_code, kind, before_code from levels
    where after_code is not null and before_code is distinct from after_code
),

final as (
    select c.area_code, c.report_year, c.change, c.unit_code, u.unit_name, c.kind, c.other_area_code, o.unit_name as other_area_name
    from changes as c
    left join units as u on c.unit_code = u.unit_code
    left join units as o on c.other_area_code = o.unit_code
)

select * from final
