namespace Culvert.Server.Accounts;

/// <summary>What comparing a password found.</summary>
internal enum PasswordVerdict
{
    Wrong = 0,
    Right = 1,

    /// <summary>Right, and stored with fewer rounds than are asked for now: hash it again.</summary>
    RightButOld = 2,

    /// <summary>Not compared: too many are waiting.</summary>
    Busy = 3,
}
