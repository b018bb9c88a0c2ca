namespace Culvert.Server.Accounts;

/// <summary>Who may make an account. Owners always may.</summary>
public enum RegistrationPolicy
{
    /// <summary>Whoever has an invitation.</summary>
    Invite = 0,

    /// <summary>Anybody who reaches the server.</summary>
    Open = 1,

    /// <summary>Nobody.</summary>
    Closed = 2,
}
