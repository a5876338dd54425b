{{ config(tags=['late', 'units']) }}
-- Where each unit stood in which years: one row, unless its county moved from one city to another.
with units as (select * from {{ ref('dim_unit') }}),

former as (select * from {{ ref('stg_former_places') }}),

before as (
    select
        u.unit_code, lag(f.last_year) over (partition by u.unit_code order by f.last_year) + 1 as first_year, f.last_year, f.province_code,
        p.unit_name as province_name, f.city_code, f.city_name, u.county_code, u.county_name
    from units as u
    inner join former as f on u.county_code = f.county_code
    left join units as p on f.province_code = p.unit_code
),

today as (
    select
        u.unit_code, b.last_year + 1 as first_year, null::integer as last_year, u.province_code, u.province_name, u.city_code, u.city_name,
        u.county_code, u.county_name
    from units as u
    left join (select unit_code, max(last_year) as last_year from before group by unit_code) as b on u.unit_code = b.unit_code
),

final as (select * from before union all select * from today)

select * from final
