using Culvert.Server.Tunnels.Targets;

namespace Culvert.Server.Tunnels.Names;

/// <summary>Who may register which names, and which names are open to anybody. Immutable.</summary>
internal sealed class NameRights(TunnelServerOptions options)
{
    private const string Anybody = "*";

    /// <summary>Whether a user may register a name; that its credential may at all is checked before.</summary>
    public bool MayRegister(string name, string user) =>
        options.Names.Count == 0
        || options.Names.Any(rule => Glob.Matches(rule.Key, name)
            && rule.Value.Any(one => one == Anybody || one.Equals(user, StringComparison.OrdinalIgnoreCase)));

    /// <summary>Whether anybody may connect to a name, without a sign-in.</summary>
    public bool IsPublic(string name) => options.Public.Any(glob => Glob.Matches(glob, name));
}
