//! Try again the pathways that stand still in a view.

use crate::{config::Settings, house::House};

/// `waymark retry`.
pub(crate) async fn run(settings: Settings) -> anyhow::Result<()> {
    let house = House::chosen(&settings).await?;
    let still = retried(&house).await;
    house.close().await;
    super::print(&match still? {
        0 => "no pathway stands still".to_owned(),
        1 => "1 pathway still stands still; the log says why".to_owned(),
        many => format!("{many} pathways still stand still; the log says why"),
    });
    Ok(())
}

/// How many still stand still.
async fn retried(house: &House) -> anyhow::Result<usize> {
    house.caught_up().await?;
    Ok(house.projector.retry_dead_letters().await?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(flavor = "multi_thread")]
    async fn in_a_house_that_is_well_no_pathway_stands_still() {
        let dir = tempfile::tempdir().unwrap();
        let house = House::open(dir.path()).await.unwrap();
        assert_eq!(retried(&house).await.unwrap(), 0);
        house.close().await;
    }
}
