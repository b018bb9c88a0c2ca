namespace Culvert.Protocol.Http;

/// <summary>What a request target means as a path. When several apply, the first in this order that does.</summary>
public enum RequestPathVerdict
{
    /// <summary>The path may be looked up.</summary>
    Ok,

    /// <summary>
    /// Not a path that anybody may send: it does not begin with a slash, holds bytes that a target never has, a broken
    /// escape, an escaped control character, or an escape that is no UTF-8. The answer is 400.
    /// </summary>
    BadRequest,

    /// <summary>It climbs above the root, plainly or in disguise. The answer is 403.</summary>
    OutsideRoot,

    /// <summary>A segment holds an escaped slash or a backslash, so no name can be meant. The answer is 404.</summary>
    NotFound,
}
