{{ config(tags=['late', 'units']) }}
with units as (select * from {{ ref('stg_units') }}),

reports as (select * from {{ ref('fct_reports') }}),

outside as (
    select
        unit_code, min(unit_name) as name, split_part(unit_code, '-', 1) as area_code, unit_code like '%-%' as is_body,
        length(split_part(unit_code, '-', 1)) as digits
    from reports
    where unit_code is not null and unit_code not in (select unit_code from units)
    group by unit_code
),

-- Departments and offices have no division code: their code begins with the code of their area. A division code that the
-- registry lacks keeps the level its length says, and hangs below the area it begins with.
made as (
    select
        unit_code, name,
        case when is_body then 'department' when digits = 2 then 'province' when digits = 4 then 'city' when digits = 6 then 'county'
            when digits = 9 then 'township' else 'other' end as level,
        case when unit_code like '%-office' then 'office' when is_body then 'department' when digits <= 6 then 'government'
            else 'other' end as kind,
        case when is_body then area_code when digits > 6 then substr(area_code, 1, 6) when digits = 6 then substr(area_code, 1, 4)
            when digits = 4 then substr(area_code, 1, 2) end as parent_code,
        substr(area_code, 1, 2) as province_code,
        case when digits >= 4 then substr(area_code, 1, 4) end as city_code,
        case when digits >= 6 then substr(area_code, 1, 6) end as county_code
    from outside
),

-- Cities that are gone: counties that belonged to them had moved on or had been taken over.
gone as (
    select city_code, any_value(city_name) as name, any_value(province_code) as province_code from {{ ref('stg_former_places') }}
    where city_code not in (select unit_code from units union select unit_code from made) group by city_code
),

everything as (
    select unit_code, name, level, kind, parent_code, province_code, city_code, county_code from units
    union all
    select unit_code, name, level, kind, parent_code, province_code, city_code, county_code from made
    union all
    select city_code, name, 'city', 'government', province_code, province_code, city_code, null from gone
),

final as (
    select
        e.unit_code, e.name as unit_name, e.level, e.kind, e.parent_code, e.province_code, p.name as province_name,
        e.city_code, c.name as city_name, e.county_code, k.name as county_name
    from everything as e
    left join units as p on e.province_code = p.unit_code
    left join units as c on e.city_code = c.unit_code
    left join units as k on e.county_code = k.unit_code
)

select * from final
