namespace Culvert.Server.Accounts;

/// <summary>How adding a user on a condition ended.</summary>
/// <param name="User">The user with its id; null when it was not added.</param>
/// <param name="IsAllowed">False when the condition did not hold; else no user means a name that is taken.</param>
internal sealed record UserAddition(UserRecord? User, bool IsAllowed)
{
    public static readonly UserAddition NotAllowed = new(null, IsAllowed: false);

    /// <summary>The condition held.</summary>
    /// <param name="user">Null when the name is taken.</param>
    public static UserAddition Of(UserRecord? user) => new(user, IsAllowed: true);
}
