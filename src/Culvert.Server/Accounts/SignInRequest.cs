using System.Net;

namespace Culvert.Server.Accounts;

/// <summary>What somebody signs in with.</summary>
/// <param name="Name">As typed.</param>
/// <param name="Password">As typed.</param>
/// <param name="Address">Where the request came from; null when it came by a local socket.</param>
/// <param name="Agent">The browser's <c>User-Agent</c>.</param>
/// <param name="PreviousSecret">Of the session cookie that the request carried; that session is ended.</param>
internal sealed record SignInRequest(
    string Name, string Password, IPAddress? Address, string Agent, string? PreviousSecret);
