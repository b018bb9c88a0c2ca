using System.Net;
using Culvert.Protocol.Rooms;

namespace Culvert.Server.Accounts;

/// <summary>
/// Asks somebody who is signed in for the password again, with the limits of a sign-in. Safe for concurrent use.
/// </summary>
internal sealed class PasswordCheck(PasswordHasher hasher, SignInLimiter limiter)
{
    /// <summary>Null when it is the user's password.</summary>
    public async Task<AccountRefusal?> RefusalAsync(
        UserRecord user, IPAddress? address, string? password, CancellationToken cancellationToken)
    {
        if (user.PasswordHash is null || password is null)
        {
            return new AccountRefusal(ErrorCode.MissingField, "The current password is missing.");
        }

        var wait = limiter.TryBegin(user.NameKey, address);
        if (wait > TimeSpan.Zero)
        {
            return new AccountRefusal(ErrorCode.RateLimited, "Too many wrong passwords; try again later.", wait);
        }

        var verdict = await hasher.VerifyAsync(user.PasswordHash, password, cancellationToken);
        if (verdict == PasswordVerdict.Wrong)
        {
            limiter.Failed(user.NameKey, address);
            return new AccountRefusal(ErrorCode.Forbidden, "The current password is wrong.");
        }

        limiter.Forgive(user.NameKey, address);
        return verdict == PasswordVerdict.Busy ? AccountRefusal.Busy : null;
    }
}
