//! For SQL stores: numbers of streams. The category in the high bits, then a dense count in the
//! order of beginning, so that the streams of a category are one range of numbers.

use crate::Category;

const CATEGORY_SHIFT: u32 = 48;

/// What a category is called on disk. Frozen: a number once given is never given again.
pub const fn category_number(category: Category) -> i64 {
    match category {
        Category::Pathway => 0,
        Category::Service => 1,
        Category::Patient => 2,
        Category::Policy => 3,
        Category::Inbox => 4,
        Category::Identifier => 5,
    }
}

/// The category a stream number belongs to; none if this build does not know it.
pub fn category_of(stream_no: i64) -> Option<Category> {
    let number = stream_no >> CATEGORY_SHIFT;
    Category::ALL.into_iter().find(|category| category_number(*category) == number)
}

/// Below the first number of a category.
pub const fn before_first(category: Category) -> i64 {
    category_number(category) << CATEGORY_SHIFT
}

/// The last number a category can have.
pub const fn last_possible(category: Category) -> i64 {
    before_first(category) | ((1 << CATEGORY_SHIFT) - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_of_categories_do_not_touch() {
        for category in Category::ALL {
            assert_eq!(category_of(before_first(category) + 1), Some(category));
            assert_eq!(category_of(last_possible(category)), Some(category));
            assert_ne!(category_of(last_possible(category) + 1), Some(category));
        }
    }

    #[test]
    fn pathways_have_small_numbers() {
        assert_eq!(before_first(Category::Pathway), 0);
    }
}
