namespace Culvert.Server.Accounts;

/// <summary>How a change of a user ended.</summary>
internal enum UserChangeOutcome
{
    Changed = 0,

    /// <summary>The user was as asked already; nothing was written.</summary>
    Unchanged = 1,

    NotFound = 2,

    /// <summary>Refused: nobody who can sign in would be an owner any more.</summary>
    LastOwner = 3,
}
