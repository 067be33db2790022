/** The rights that the README asks for. */
export const LEAST_PRIVILEGES = ['+@read', '+@write', '+@scripting', '+@connection', '+info', '+time'];

export const LEAST_PRIVILEGES_IN_CLUSTER = [...LEAST_PRIVILEGES, '+cluster|slots', '+cluster|info'];
