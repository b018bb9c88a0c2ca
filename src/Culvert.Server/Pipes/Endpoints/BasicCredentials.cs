using System.Text;

namespace Culvert.Server.Pipes.Endpoints;

/// <summary>User and password in the form of the Basic scheme (RFC 7617).</summary>
internal static class BasicCredentials
{
    /// <summary>The value of Authorization or Proxy-Authorization.</summary>
    /// <param name="userAndPassword">Joined by a colon; one without a colon has an empty password.</param>
    public static string Of(string userAndPassword)
    {
        var pair = userAndPassword.Contains(':', StringComparison.Ordinal) ? userAndPassword : $"{userAndPassword}:";
        return $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes(pair))}";
    }
}
