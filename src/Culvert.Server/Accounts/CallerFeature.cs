using Culvert.Server.Rooms;
using Microsoft.AspNetCore.Http;

namespace Culvert.Server.Accounts;

/// <summary>What <see cref="Authentication"/> found out about a request. Immutable, shared between requests.</summary>
internal sealed class CallerFeature
{
    public static readonly CallerFeature Anonymous = new(CallerState.Anonymous, null);
    public static readonly CallerFeature Refused = new(CallerState.Refused, null);
    public static readonly CallerFeature Expired = new(CallerState.Expired, null);

    private CallerFeature(CallerState state, Caller? caller)
    {
        State = state;
        Caller = caller;
    }

    public CallerFeature(Caller caller)
        : this(CallerState.Known, caller)
    {
    }

    public CallerState State { get; }

    /// <summary>Who is asking; null unless <see cref="State"/> is <see cref="CallerState.Known"/>.</summary>
    public Caller? Caller { get; }

    /// <summary>Of this request. Anonymous where the middleware did not run.</summary>
    public static CallerFeature Of(HttpContext context) => context.Features.Get<CallerFeature>() ?? Anonymous;
}
