using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace Culvert.Server.Accounts;

/// <summary>Reads the <c>{id}</c> of an address.</summary>
internal static class RouteId
{
    /// <summary>False for what is no id: nothing has it.</summary>
    public static bool TryRead(HttpContext context, out long id) => long.TryParse(
        (string?)context.Request.RouteValues["id"], NumberStyles.None, CultureInfo.InvariantCulture, out id);
}
