namespace Culvert.Server.Accounts;

/// <summary>Why a credential stopped being valid, or has to be looked at again.</summary>
internal enum RevocationReason
{
    /// <summary>Its user signed out.</summary>
    SignedOut = 0,

    /// <summary>The session was ended for another reason: too many, or replaced by signing in again.</summary>
    SessionEnded = 1,

    /// <summary>The password was changed or reset.</summary>
    PasswordChanged = 2,

    /// <summary>The API token was withdrawn.</summary>
    TokenRevoked = 3,

    /// <summary>The user was disabled.</summary>
    UserDisabled = 4,

    /// <summary>The user's role changed: the credential is still valid, but what is known of it is not.</summary>
    RoleChanged = 5,
}
