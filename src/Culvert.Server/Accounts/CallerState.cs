namespace Culvert.Server.Accounts;

/// <summary>What a request's credentials were worth.</summary>
internal enum CallerState
{
    /// <summary>It carried none.</summary>
    Anonymous = 0,

    /// <summary>They are valid.</summary>
    Known = 1,

    /// <summary>A token or ticket that is not, or no longer, valid.</summary>
    Refused = 2,

    /// <summary>A session cookie whose session has ended.</summary>
    Expired = 3,
}
