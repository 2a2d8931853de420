/** What a property is physically, and who owns it. */
import { AREA, DAY, declareColumns, PRICE, TEXT, UNITS, YEAR } from './declare.ts';

export const BUILDING = declareColumns('p', {
  property_type: { ...TEXT, description: 'Kind of building in the words of its source, such as garden or high-rise.' },
  property_class: { ...TEXT, description: 'Quality class of the property, A being the best.' },
  year_built: { ...YEAR, description: 'Year in which the property was completed.' },
  year_renovated: { ...YEAR, description: 'Year of the property’s last substantial renovation.' },
  unit_count: { ...UNITS, description: 'Number of rental units of the property, advertised or not.' },
  number_of_stories: {
    type: 'count',
    unit: 'stories',
    min: 0,
    max: 300,
    pii: 'none',
    description: 'Number of stories of the property’s tallest building above ground.',
  },
  avg_sq_ft: { ...AREA, description: 'Mean living area of the property’s units.' },
  lot_size_acres: {
    type: 'number',
    unit: 'acres',
    min: 0,
    pii: 'none',
    description: 'Area of the land on which the property stands.',
  },
  amenities: {
    type: { list: 'text' },
    pii: 'none',
    description: 'Shared amenities of the property, in alphabetical order.',
  },
});

export const CONTROL = declareColumns('p', {
  // Small properties belong to natural persons, who also manage them, and these are then their names.
  management_company_name: { type: 'text', pii: 'direct', description: 'Company or person that manages the property.' },
  owner_name: { type: 'text', pii: 'direct', description: 'Owner of the property: a company or a person.' },
  owner_type: { ...TEXT, description: 'Kind of owner, such as REIT, private company or individual.' },
  last_sale_date: { ...DAY, description: 'Day on which the property was last sold.' },
  last_sale_price: { ...PRICE, description: 'Price for which the property was last sold.' },
});
