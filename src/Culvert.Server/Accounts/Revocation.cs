using Culvert.Server.Rooms;

namespace Culvert.Server.Accounts;

/// <summary>Credentials that ended. Whoever holds a connection opened with one of them ends it.</summary>
/// <param name="UserId">Whose; 0 for everybody's but the owner token.</param>
/// <param name="CredentialId">Which; 0 for all of the user's.</param>
/// <param name="ExceptCredentialId">With 0: the one that stays; 0 for none.</param>
/// <param name="OnlySessions">With 0: API tokens stay valid.</param>
/// <param name="Reason">Why.</param>
internal sealed record Revocation(
    long UserId,
    long CredentialId,
    long ExceptCredentialId,
    bool OnlySessions,
    RevocationReason Reason)
{
    public static Revocation OfOne(long userId, long credentialId, RevocationReason reason) =>
        new(userId, credentialId, 0, OnlySessions: false, reason);

    public static Revocation OfUser(long userId, RevocationReason reason) =>
        new(userId, 0, 0, OnlySessions: false, reason);

    public static Revocation OfSessions(long userId, long exceptSessionId, RevocationReason reason) =>
        new(userId, 0, exceptSessionId, OnlySessions: true, reason);

    /// <summary>After a change of the user's role, or of whether the user is disabled.</summary>
    public static Revocation OfChange(long userId, bool? disabled) =>
        OfUser(userId, disabled == true ? RevocationReason.UserDisabled : RevocationReason.RoleChanged);

    /// <summary>
    /// Whatever anybody may have: nobody knows which ended. Those that did not come back at once.
    /// </summary>
    public static Revocation OfEverybody() => OfUser(0, RevocationReason.RoleChanged);

    /// <summary>True when the caller came by one of these credentials.</summary>
    public bool Ends(Caller caller)
    {
        if (UserId == 0)
        {
            return caller.CredentialId != OwnerToken.CredentialId;
        }

        if (caller.UserId != UserId)
        {
            return false;
        }

        if (CredentialId != 0)
        {
            return caller.CredentialId == CredentialId;
        }

        return caller.CredentialId != ExceptCredentialId
            && (!OnlySessions || Secrets.IsSessionId(caller.CredentialId));
    }
}
