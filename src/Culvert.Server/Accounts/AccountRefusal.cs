using Culvert.Protocol.Rooms;

namespace Culvert.Server.Accounts;

/// <summary>Why an account request was not done.</summary>
/// <param name="Code">The catalogue's word for it.</param>
/// <param name="Why">A sentence in place of the catalogue's; null for that.</param>
/// <param name="After">When to try again; null for unknown.</param>
internal sealed record AccountRefusal(ErrorCode Code, string? Why = null, TimeSpan? After = null)
{
    /// <summary>The queue of <see cref="PasswordHasher"/> is full.</summary>
    public static AccountRefusal Busy =>
        new(ErrorCode.Overloaded, "Too many passwords are being checked; try again.", TimeSpan.FromSeconds(2));

    /// <summary>The one text for an unknown user and for a wrong password.</summary>
    public static AccountRefusal BadCredentials(string name) =>
        new(ErrorCode.BadCredentials, $"User {name} not found, or the password is wrong");
}
