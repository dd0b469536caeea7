//! The operations on the account itself: alias and summary.

use crate::operation::{At, Desk, count};
use app::Error;
use app::iam::account;
use awswire::iam::{
    CreateAccountAliasInput, DeleteAccountAliasInput, GetAccountSummaryInput,
    GetAccountSummaryOutput, ListAccountAliasesInput, ListAccountAliasesOutput, Op,
};
use awswire::{Reply, WireError};

pub(super) async fn serve(op: Op, at: At<'_>) -> Result<Reply, WireError> {
    match op {
        Op::CreateAccountAlias => at.serve(create_alias).await,
        Op::DeleteAccountAlias => at.serve(delete_alias).await,
        Op::ListAccountAliases => at.serve(list_aliases).await,
        Op::GetAccountSummary => at.serve(summary).await,
        _ => at.unserved(),
    }
}

async fn create_alias(desk: Desk, input: CreateAccountAliasInput) -> Result<(), Error> {
    desk.perform(account::set_alias, input.account_alias).await
}

async fn delete_alias(desk: Desk, input: DeleteAccountAliasInput) -> Result<(), Error> {
    desk.perform(account::remove_alias, input.account_alias)
        .await
}

async fn list_aliases(
    desk: Desk,
    _: ListAccountAliasesInput,
) -> Result<ListAccountAliasesOutput, Error> {
    let alias = desk.look(account::alias, ()).await?;
    Ok(ListAccountAliasesOutput {
        account_aliases: alias.into_iter().collect(),
        ..Default::default()
    })
}

async fn summary(desk: Desk, _: GetAccountSummaryInput) -> Result<GetAccountSummaryOutput, Error> {
    let counted = desk.look(account::summary, ()).await?;
    let counted = counted
        .into_iter()
        .map(|(key, value)| (key.to_owned(), count(value)));
    Ok(GetAccountSummaryOutput {
        summary_map: counted.collect(),
    })
}
