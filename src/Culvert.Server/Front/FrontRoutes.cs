using System.Text;
using Culvert.Protocol.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;

namespace Culvert.Server.Front;

/// <summary>
/// Which paths are the application's: those whose first segment one of its endpoints begins with. All others are the
/// files'. Immutable.
/// </summary>
internal sealed class FrontRoutes
{
    private readonly byte[][] _segments;
    private readonly bool _ownsRoot;

    private FrontRoutes(byte[][] segments, bool ownsRoot, bool ownsAll)
    {
        _segments = segments;
        _ownsRoot = ownsRoot;
        OwnsAll = ownsAll;
    }

    /// <summary>For a server without files.</summary>
    public static FrontRoutes All { get; } = new([], ownsRoot: true, ownsAll: true);

    /// <summary>True when there is no path left for files.</summary>
    public bool OwnsAll { get; }

    /// <param name="endpoints">The endpoints of the application, without the one that serves files.</param>
    public static FrontRoutes Of(IEnumerable<RouteEndpoint> endpoints)
    {
        var segments = new SortedSet<string>(StringComparer.OrdinalIgnoreCase);
        var ownsRoot = false;
        var ownsAll = false;
        foreach (var endpoint in endpoints)
        {
            switch (endpoint.RoutePattern.PathSegments)
            {
                case []:
                    ownsRoot = true;
                    break;
                case [{ Parts: [RoutePatternLiteralPart literal] }, ..]:
                    segments.Add(literal.Content);
                    break;
                default:
                    // Begins with a parameter.
                    ownsAll = true;
                    break;
            }
        }

        return new FrontRoutes([.. segments.Select(Encoding.ASCII.GetBytes)], ownsRoot, ownsAll);
    }

    /// <summary>Whether the routing of the application may know the target. Case does not count there.</summary>
    /// <param name="target">Path and query in origin form, not decoded.</param>
    public bool Owns(ReadOnlySpan<byte> target)
    {
        if (OwnsAll)
        {
            return true;
        }

        var path = target[..RequestPath.QueryIndex(target)].TrimStart((byte)'/');
        if (path.IsEmpty)
        {
            return _ownsRoot;
        }

        var slash = path.IndexOf((byte)'/');
        var segment = slash < 0 ? path : path[..slash];
        if (segment.Contains((byte)'%') && RequestPath.Parse(target, out var decoded) == RequestPathVerdict.Ok)
        {
            // Spelt with escapes; rare enough to allocate for.
            var text = decoded.Path.Split('/')[0];
            return IsOwn(Encoding.UTF8.GetBytes(text));
        }

        return IsOwn(segment);
    }

    private bool IsOwn(ReadOnlySpan<byte> segment)
    {
        foreach (var own in _segments)
        {
            if (own.Length == segment.Length && Ascii.EqualsIgnoreCase(own, segment))
            {
                return true;
            }
        }

        return false;
    }
}
